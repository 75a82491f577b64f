"""Measure the page: what the first load weighs, and how long a key takes in a long note.

    python -m bench.page --words 1500 --keys 120

The weight is that of the built files, compressed with gzip at its best. For the keys a real Chromium opens a real
server whose note is filled to so many words; each key's time runs from the key event to the frame after it
(`requestAnimationFrame` twice), the way a person sees it, and, beside it, only the work of the page.
"""

import argparse
import gzip
import json
import re
import tempfile
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import Page, sync_playwright

from app.demo.site import Site, demo_site
from app.sample import PATIENT
from bench.screenshots import FLAGS, chromium, sign_in, upload_sample

DIST = Path(__file__).parents[1] / "web" / "dist"
DRAFT_MS = 300_000
FILLER = "The patient tells that it began some days ago and that rest makes it a little better in the evening."

PROBE = """() => {
    window.times = [];
    addEventListener("keydown", () => {
        const start = performance.now();
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.times[window.times.length - 1].frame = performance.now() - start;
        }));
        window.times.push({ start });
    }, true);
    addEventListener("input", () => {
        const last = window.times[window.times.length - 1];
        document.body.getBoundingClientRect();
        if (last) last.work = performance.now() - last.start;
    });
}"""


def weights() -> dict[str, int]:
    """Compressed bytes of what the first load fetches, and of what comes later."""
    first = set(re.findall(r'(?:src|href)="/(assets/[^"]+)"', (DIST / "index.html").read_text()))
    styles = next(path for path in first if path.endswith(".css"))
    fonts = set(re.findall(r"assets/[^)\"]+\.woff2", (DIST / styles).read_text()))
    sizes = {
        str(path.relative_to(DIST)): len(gzip.compress(path.read_bytes(), 9)) for path in (DIST / "assets").iterdir()
    }
    now = {name: size for name, size in sizes.items() if name in first | fonts}
    return {"first load": sum(now.values()), "editor and other pages": sum(sizes.values()) - sum(now.values())}


def key_times(site: Site, words: int, keys: int) -> dict[str, Any]:
    """Milliseconds a key in a note of so many words."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        written = _long_note(page, site.server.url, words)
        page.evaluate(PROBE)
        for _ in range(keys):
            page.keyboard.type("a")
            page.wait_for_timeout(20)
        times = page.evaluate("window.times")
        browser.close()
    work, frames = ([each[kind] for each in times if kind in each] for kind in ("work", "frame"))
    return {"words": written, "keys": len(work), "work_ms": _summary(work), "to_frame_ms": _summary(frames)}


def _long_note(page: Page, url: str, words: int) -> int:
    sign_in(page, url, "clinician")
    page.get_by_role("button", name=PATIENT).click()
    page.get_by_role("button", name="Review and sign").wait_for(timeout=DRAFT_MS)
    page.get_by_text("Listening once more").wait_for(state="hidden", timeout=DRAFT_MS)
    page.locator(".division-text .sentence-text").first.click(position={"x": 2, "y": 8})
    page.keyboard.press("End")
    while (count := _words(page)) < words:
        page.keyboard.press("Enter")
        page.keyboard.insert_text(FILLER)
    page.locator(".saving.saved").wait_for()
    return count


def _words(page: Page) -> int:
    return sum(len(text.split()) for text in page.locator(".division-text .sentence-text").all_inner_texts())


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "median": round(median(values), 1),
        "p95": round(quantiles(values, n=20)[18], 1),
        "max": round(max(values), 1),
    }


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=1500)
    parser.add_argument("--keys", type=int, default=120)
    parser.add_argument("--weights-only", action="store_true", help="no browser")
    arguments = parser.parse_args()
    report: dict[str, Any] = {"compressed_bytes": weights()}
    if not arguments.weights_only:
        with tempfile.TemporaryDirectory() as folder, demo_site(Path(folder)) as site:
            upload_sample(site.server.url)
            report["typing"] = key_times(site, arguments.words, arguments.keys)
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
