"""Draw the pictures of the README: the sample visit in the real page, after its draft is there.

    python -m bench.screenshots --out docs/images

Needs Debian's Chromium. The visit is uploaded rather than played, so this takes about a minute.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from app.demo.people import DEMO_PEOPLE
from app.demo.play import open_sample
from app.demo.site import demo_site
from app.live.client import Account
from app.sample import PATIENT, audio_path
from bench.codes.picture import draw_desk

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DRAFT_MS = 300_000


async def upload(url: str) -> None:
    """Open the sample patient's encounter and hand in the recording."""
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
    page.goto(url)
    page.get_by_label("User name").fill(DEMO_PEOPLE[0].username)
    page.get_by_label("Password").fill(DEMO_PEOPLE[0].password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=PATIENT).click()
    page.get_by_role("button", name="Review and sign").wait_for(timeout=DRAFT_MS)
    page.locator(".note .sentence", has_text="cough").first.get_by_role("button").first.click()
    page.locator(".turn.cited").first.wait_for()
    page.wait_for_timeout(800)
    page.screenshot(path=out / "review.png")
    page.set_viewport_size({"width": 400, "height": 860})
    page.wait_for_timeout(400)
    page.screenshot(path=out / "panel.png")


def main() -> None:
    """Run everything and leave the pictures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    out: Path = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
        asyncio.run(upload(site.server.url))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            draw(browser.new_page(viewport={"width": 1440, "height": 900}), site.server.url, out)
            draw_desk(browser.new_page(viewport={"width": 1440, "height": 900}), site.server.url, out)
            browser.close()
    print(f"pictures are in {out}")


if __name__ == "__main__":
    main()
