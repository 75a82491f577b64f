"""Opened from a chart of the EHR: the page is signed in, shows the chart's visit, and amends its filed note.

Signed out, the page offers the identity provider.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route, expect
from support.browser import accessibility_faults, watched_page
from support.ehr import signed_visit
from support.identity_provider import CLIENT, IdentityProvider
from support.page_server import PageProcess, running
from support.smart_ehr import APP, SmartEhr, missing

from app.ehr.client import Access, Ehr
from app.ehr.filing import Filing
from app.ehr.profiles import US_CORE
from app.ehr.sandbox import Sandbox, free_port
from app.ehr.sandbox_people import SAMPLE_PATIENT, encounter_id
from app.smart.keys import make_key

pytestmark = pytest.mark.browser

HERE = encounter_id(SAMPLE_PATIENT)


@pytest.fixture
def chart(browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Page, str, str]]:
    """A browser in which a chart opened Sidenote, Sidenote's URL, and the FHIR server behind the EHR."""
    why = missing()
    if why:
        pytest.skip(why)
    key, port = make_key(tmp_path / "client.pem"), free_port()
    app = f"http://127.0.0.1:{port}"
    with Sandbox(tmp_path / "fhir") as sandbox:
        visit = signed_visit(tmp_path / "data", HERE)
        Filing(Ehr(Access(sandbox.url), US_CORE), visit.store).submit(visit.user.id, visit.encounter)
        visit.store.close()
        people = {"s-1": {"preferred_username": "reed"}}
        with (
            SmartEhr(sandbox.url, f"{app}/smart/callback", key.jwks(), "", HERE) as smart,
            IdentityProvider(app, people) as provider,
            ExitStack() as undo,
        ):
            provider.sign_in(person="s-1")
            monkeypatch.setenv("SIDENOTE_OIDC_ISSUER", provider.issuer)
            monkeypatch.setenv("SIDENOTE_OIDC_CLIENT_ID", CLIENT["id"])
            monkeypatch.setenv("SIDENOTE_OIDC_CLIENT_SECRET", CLIENT["secret"])
            monkeypatch.setenv("SIDENOTE_OIDC_NAME", "Example Health")
            monkeypatch.setenv("SIDENOTE_SMART_CLIENT_ID", APP)
            monkeypatch.setenv("SIDENOTE_EHR_CLIENT_KEY", str(tmp_path / "client.pem"))
            monkeypatch.setenv("SIDENOTE_EHR_PRACTITIONERS", json.dumps({"reed": "clinician-1"}))
            server = PageProcess(tmp_path / "data", port)
            server.ehr_url = smart.url
            undo.enter_context(running(server))
            page, problems = watched_page(browser, viewport={"width": 420, "height": 800})
            undo.callback(page.context.close)
            query = f"app={app}/smart/launch&patient={SAMPLE_PATIENT}&encounter={HERE}&user=clinician-1"
            page.goto(f"{smart.base}/ehr/launch?{query}")
            yield page, app, sandbox.url
            assert problems == []


def documents(fhir: str) -> list[dict[str, Any]]:
    found = httpx.get(f"{fhir}/DocumentReference?patient={SAMPLE_PATIENT}", trust_env=False).json()
    return [entry["resource"] for entry in found["entry"]]


def test_from_the_chart_to_an_addendum(chart: tuple[Page, str, str]) -> None:
    page, app, fhir = chart
    expect(page.get_by_role("heading", name="Maria Alvarez")).to_be_visible()
    expect(page).to_have_url(re.compile(re.escape(f"{app}/?launch=")))
    page.get_by_role("button", name="Show what was filed").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Add to, correct or withdraw this note").click()
    assert accessibility_faults(page) == []
    dialog.get_by_label("What you add").fill("The culture came back negative.")
    dialog.get_by_role("button", name="Show the exact text").click()
    expect(dialog.locator(".amend-form .exact")).to_contain_text("ADDENDUM TO SOAP NOTE")
    dialog.get_by_role("button", name="Sign and file").click()
    expect(dialog.locator(".amendment .chip")).to_have_text("Filed")
    texts = {
        document["relatesTo"][0]["code"]: base64.b64decode(document["content"][0]["attachment"]["data"]).decode()
        for document in documents(fhir)
        if "relatesTo" in document
    }
    assert list(texts) == ["appends"]
    assert "The culture came back negative.\n" in texts["appends"]
    send_again(page)
    sign_out_and_in_again(page, app)


def send_again(page: Page) -> None:
    """An amendment whose answer was lost is sent again only when a person says that it is not there."""

    def lost(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(
            json=[{**made, "submission": {**made["submission"], "state": "unknown"}} for made in answer.json()]
        )

    page.route("**/amendments", lost)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Show what was filed").click()
    again = dialog.get_by_role("button", name="Send it again")
    expect(again).to_be_disabled()
    dialog.get_by_label("I looked in the record system, and this is not there.").check()
    with page.expect_response("**/amendments/1/submit/release") as released:
        again.click()
    assert released.value.status == 409, "the server knows that it was filed"
    expect(dialog.get_by_role("alert")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    page.unroute_all(behavior="wait")  # the list is read once more after a refusal


def sign_out_and_in_again(page: Page, app: str) -> None:
    page.get_by_role("button", name="Sign out").click()
    button = page.get_by_role("link", name="Sign in with Example Health")
    expect(button).to_be_visible()
    assert accessibility_faults(page) == []
    button.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page).to_have_url(f"{app}/")
    page.route("**/session/end**", lambda route: route.abort())  # the provider's own page is not ours to test
    with page.expect_request("**/oidc/sign-out"):
        page.get_by_role("button", name="Sign out").click()
