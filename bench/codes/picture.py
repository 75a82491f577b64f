"""The coders' desk for the guides: the sample visit signed, claimed by a coder, its first code chosen."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from playwright.sync_api import Page

from app.demo.people import DEMO_PEOPLE
from app.demo.play import sign
from app.live.client import Account


def draw_desk(page: Page, url: str, out: Path) -> None:
    """Sign the visit that is drafted, sign in as the coder, and take ``desk.png``."""
    with ThreadPoolExecutor(1) as aside:  # the browser's driver has an event loop in this thread
        encounter = aside.submit(asyncio.run, _signed(url)).result()
    coder = next(person for person in DEMO_PEOPLE if person.role == "coder")
    page.goto(url)
    page.get_by_label("User name").fill(coder.username)
    page.get_by_label("Password").fill(coder.password)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Visits to code").wait_for()
    page.goto(f"{url}/#/coding/{encounter}")
    page.get_by_role("button", name="Claim").click()
    page.get_by_text("Being coded").wait_for()
    page.wait_for_timeout(500)
    page.screenshot(path=out / "desk.png")


async def _signed(url: str) -> str:
    clinician = next(person for person in DEMO_PEOPLE if person.role == "clinician")
    account = await Account.sign_in(url, clinician.username, clinician.password)
    try:
        listed = await account.call("GET", "/api/encounters")
        encounter = next(row["id"] for row in listed if row["state"] == "drafted")
        await sign(account, encounter)
        return str(encounter)
    finally:
        await account.close()
