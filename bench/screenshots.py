"""Draw the pictures of the README and the guides: the sample visit in the real page, after its draft is there.

    python -m bench.screenshots --out docs/images

Needs Debian's Chromium. The visit is uploaded rather than played, so this takes about a minute.
"""

import argparse
import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.demo.people import DEMO_PEOPLE
from app.demo.play import open_sample
from app.demo.site import demo_site
from app.live.client import Account
from app.sample import PATIENT, audio_path
from bench.codes.picture import draw_desk

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DRAFT_MS = 300_000


def chromium() -> str:
    """Where Debian's Chromium is; ends the command when it is not installed."""
    found = shutil.which("chromium")
    if found is None:
        raise SystemExit("Chromium is not installed; run `make chromium`.")
    return found


def upload_sample(url: str) -> None:
    """Open the sample patient's encounter and hand in the recording."""
    asyncio.run(_upload(url))


async def _upload(url: str) -> None:
    account = await Account.sign_in(url, DEMO_PEOPLE[0].username, DEMO_PEOPLE[0].password)
    try:
        encounter = await open_sample(account)
        sound = audio_path().read_bytes()
        answer = await account.http.post(
            f"/api/encounters/{encounter}/upload", content=sound, headers={"Content-Type": "audio/ogg"}
        )
        answer.raise_for_status()
    finally:
        await account.close()


def draw(page: Page, url: str, out: Path) -> None:
    """Sign in, open the visit, light the evidence of a sentence, and take the pictures."""
    sign_in(page, url, "clinician")
    page.get_by_role("button", name=PATIENT).click()
    page.get_by_role("button", name="Review and sign").wait_for(timeout=DRAFT_MS)
    sentence = page.locator(".division-text .sentence", has_text="cough").first
    sentence.locator(".sentence-text").click(position={"x": 2, "y": 8})
    page.locator(".turn.cited").first.wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=out / "review.png")
    page.set_viewport_size({"width": 400, "height": 860})
    page.wait_for_timeout(400)
    page.screenshot(path=out / "panel.png")
    page.set_viewport_size({"width": 720, "height": 760})
    page.get_by_role("button", name="Review and sign").click()
    page.locator(".exact").wait_for()
    page.wait_for_timeout(300)
    page.screenshot(path=out / "signing.png")


def draw_administration(page: Page, url: str, out: Path) -> None:
    """The administrator's view of people and of the server's state."""
    sign_in(page, url, "admin")
    page.goto(f"{url}/#/administration/people")
    page.get_by_role("button", name="Add a person").wait_for()
    page.screenshot(path=out / "people.png")
    page.goto(f"{url}/#/administration/state")
    page.locator(".check").first.wait_for(timeout=30_000)
    page.screenshot(path=out / "state.png")


def sign_in(page: Page, url: str, role: str) -> None:
    """Sign in as the demo's person of a role."""
    person = next(person for person in DEMO_PEOPLE if person.role == role)
    page.goto(url)
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password").fill(person.password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()


def main() -> None:
    """Run everything and leave the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
        upload_sample(site.server.url)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            draw(browser.new_page(viewport={"width": 1440, "height": 900}), site.server.url, out)
            draw_administration(browser.new_page(viewport={"width": 900, "height": 700}), site.server.url, out)
            draw_desk(browser.new_page(viewport={"width": 1440, "height": 900}), site.server.url, out)
            browser.close()
    print(f"pictures are in {out}")


if __name__ == "__main__":
    main()
