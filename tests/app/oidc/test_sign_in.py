"""Single sign-on through a real OpenID Connect server."""

from typing import Any

import httpx
import pytest
from support.redirects import Browser

from .conftest import PUBLIC

pytestmark = pytest.mark.integration

ROLES = {"oidc_role_claim": "groups", "oidc_roles": {"doctors": "clinician", "billing": "coder"}}


def session(browser: Browser) -> dict[str, Any] | None:
    answer = browser.app.get("/api/session")
    return answer.json() if answer.status_code == 200 else None


def actions(clinic) -> list[str]:
    return [entry.action for entry in clinic.store.audit_entries()]


def test_the_button_signs_in_whom_the_provider_names(clinic) -> None:
    here = clinic(oidc_name="Example Health")
    browser = here.browser()
    assert browser.app.get("/api/session/methods").json() == {"single_sign_on": "Example Health"}
    arrived = here.arrive(browser, person="s-1")
    assert (arrived.status_code, str(arrived.url)) == (200, f"{PUBLIC}/")
    shown = session(browser)
    assert (shown["user"]["username"], shown["user"]["name"], shown["via"]) == ("reed", "Dr. Reed", "oidc")
    assert [a for a in actions(here) if a.startswith(("user.l", "user.s", "session"))] == [
        "user.linked",
        "user.signed_in",
        "session.started",
    ]
    # Signing out ends it here, and asks the provider to end it there.
    headers = {"X-CSRF-Token": shown["csrf"], "Origin": PUBLIC}
    assert browser.app.delete("/api/session", headers=headers).status_code == 204
    assert session(browser) is None
    leaving = browser.app.get("/oidc/sign-out").headers["location"]
    assert leaving.startswith(here.provider.issuer)
    assert browser.get(leaving).status_code == 200


def test_the_subject_decides_and_not_the_name(clinic) -> None:
    here = clinic()
    assert here.arrive(person="s-1").status_code == 200
    browser = here.browser()
    other = here.arrive(browser, person="s-2")
    assert (other.status_code, "No Sidenote account" in other.text, session(browser)) == (403, True, None)
    assert actions(here)[-1] == "user.sign_in_failed"
    reed = here.store.users()[0]
    here.store.unlink(reed.id)
    assert here.arrive(person="s-2").status_code == 200


def test_nobody_is_let_in_whom_nobody_knows(clinic) -> None:
    here = clinic()
    for person in ("s-3", "s-4", "s-5"):
        browser = here.browser()
        assert (here.arrive(browser, person=person).status_code, session(browser)) == (403, None)
    assert [user.username for user in here.store.users()] == ["reed"]


def test_a_locked_account_stays_out(clinic) -> None:
    here = clinic()
    here.store.disable_user(here.store.users()[0].id)
    browser = here.browser()
    assert (here.arrive(browser, person="s-1").status_code, session(browser)) == (403, None)


def test_accounts_are_made_and_roles_followed_where_that_is_set(clinic) -> None:
    here = clinic(oidc_provision=True, **ROLES)
    browser = here.browser()
    here.arrive(browser, person="s-3")
    shown = session(browser)["user"]
    assert (shown["username"], shown["name"], shown["role"]) == ("vale", "Ona Vale", "coder")
    assert here.arrive(person="s-4").status_code == 403, "no role, no account"
    reed = here.store.users()[0]
    with here.store._database.change() as connection:
        connection.exec_driver_sql("UPDATE users SET role = 'admin' WHERE username = 'reed'")
    assert here.arrive(person="s-1").status_code == 200
    assert (here.store.user(reed.id).role, "user.role_changed" in actions(here)) == ("clinician", True)
    refused = here.client.post("/api/session", json={"username": "vale", "password": "there is no such user"})
    assert refused.status_code == 401


def test_an_email_address_counts_only_when_it_was_verified(clinic) -> None:
    here = clinic(oidc_user_claim="email")
    assert here.arrive(person="s-5").status_code == 403


def test_where_a_second_factor_is_required_the_provider_must_have_asked_for_it(clinic) -> None:
    here = clinic(second_factor="required", oidc_acr=("mfa",))
    browser = here.browser()
    weak = here.arrive(browser, person="s-1", acr="pwd")
    assert (weak.status_code, "enough proof" in weak.text, session(browser)) == (403, True, None)
    browser = here.browser()
    assert here.arrive(browser, person="s-1", acr="mfa").status_code == 200
    assert browser.app.get("/api/encounters").status_code == 200


def test_without_that_word_nobody_gets_around_the_second_factor(clinic) -> None:
    here = clinic(second_factor="required")
    assert "second factor is required" in here.arrive(person="s-1").text


def test_a_public_client_is_protected_by_pkce_alone(clinic) -> None:
    here = clinic(oidc_client_id="public", oidc_client_secret="")
    browser = here.browser()
    assert here.arrive(browser, person="s-1").status_code == 200
    assert session(browser) is not None


def test_a_wrong_secret_gets_nobody_in(clinic) -> None:
    here = clinic(oidc_client_secret="wrong")
    browser = here.browser()
    refused = here.arrive(browser, person="s-1")
    assert (refused.status_code, "refused the sign-in" in refused.text, session(browser)) == (403, True, None)


def test_who_gives_up_at_the_provider_is_told_so(clinic) -> None:
    here = clinic()
    answer = here.arrive()
    assert (answer.status_code, "did not sign you in" in answer.text) == (403, True)


def answer_of(here, browser: Browser) -> str:
    """The address to which the provider sends a browser back."""
    here.provider.sign_in(person="s-1")
    url = browser.app.get("/oidc/sign-in").headers["location"]
    while not url.startswith(PUBLIC):
        answer = browser.web.get(url)
        url = str(answer.url.join(answer.headers["location"]))
    return url


def test_an_answer_is_good_once_in_the_browser_that_asked(clinic) -> None:
    here = clinic()
    browser, thief = here.browser(), here.browser()
    url = answer_of(here, browser)
    assert "not begun here" in thief.app.get(url).text
    assert browser.app.get(url).status_code == 303
    again = browser.app.get(url)
    assert (again.status_code, "not begun here" in again.text) == (403, True)
    assert session(thief) is None


def test_an_answer_of_another_provider_is_refused(clinic) -> None:
    here = clinic()
    for change in ({"iss": "https://evil.example"}, {}):
        browser = here.browser()
        url = httpx.URL(answer_of(here, browser))
        assert url.params["iss"] == here.provider.issuer
        changed = url.copy_with(params={**{n: v for n, v in url.params.items() if n != "iss"}, **change})
        assert "Another identity provider" in browser.app.get(str(changed)).text
        assert session(browser) is None


def test_nobody_is_signed_in_in_the_clear_over_a_network(clinic) -> None:
    here = clinic()
    answer = here.client.get("http://clinic.example:8000/oidc/callback?state=x&code=y", follow_redirects=False)
    assert (answer.status_code, "HTTPS only" in answer.text) == (403, True)


def test_a_provider_that_is_down_says_so(clinic) -> None:
    here = clinic(oidc_issuer="http://127.0.0.1:9")
    browser = here.browser()
    assert browser.app.get("/oidc/sign-in").status_code == 503
    assert browser.app.get("/oidc/sign-out").headers["location"] == "/"


def test_it_is_off_unless_it_is_set(clinic) -> None:
    here = clinic(oidc_issuer=None)
    assert here.client.get("/api/session/methods").json() == {"single_sign_on": None}
    assert here.client.get("/oidc/sign-in").status_code == 404
