"""A real Chromium with a fake microphone, and what the browser tests ask of a page."""

import os
import shutil
import time
import wave
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import numpy as np
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

SOURCE_RATE = 48_000
RATE = 16_000
PERIOD = 4_000
"""The microphone of ``ramp`` repeats four times a second, so every sample tells its place."""

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
PATIENCE_MS = 60_000
"""How long anything may take that a test waits for: a busy machine fails nothing."""

DRAWN_WITHIN_S = 5

PICTURES = Path(__file__).parents[2] / "out" / "browser"
"""Where the browser tests leave a picture of each state that they check, and of every page when one fails."""

_kept: Counter[Path] = Counter()
_contexts: list[BrowserContext] = []

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
)


@contextmanager
def chromium(microphone: Path) -> Iterator[Browser]:
    """A browser whose microphone plays a WAV file, again and again, from when it is opened."""
    with sync_playwright() as playwright:
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={microphone}"]
        browser = playwright.chromium.launch(executable_path=executable(), args=flags)
        yield browser
        browser.close()


def executable() -> str:
    """Debian's Chromium."""
    found = shutil.which("chromium")
    assert found, "chromium is not installed; run make chromium"
    return found


def watched_page(browser: Browser, **options: Any) -> tuple[Page, list[str]]:
    """A page, and the list in which every error and broken security policy ends up."""
    page = watched(browser.new_context(**options)).new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(f"error: {error}"))
    page.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    return page, problems


def watched(context: BrowserContext) -> BrowserContext:
    """A context with patience, whose pages are kept as pictures when the test that has it fails."""
    context.set_default_timeout(PATIENCE_MS)
    _contexts.append(context)
    context.on("close", lambda closed: _contexts.remove(closed))
    return context


def open_pages() -> list[Page]:
    """Every page that a test has open."""
    return [page for context in _contexts for page in context.pages]


def keep_picture(page: Page, *, failed: bool = False) -> Path:
    """Keep the page as it looks now: ``out/browser/<test file>/<number>-<test>.png``."""
    file, _, test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0].partition("::")
    folder = PICTURES / Path(file).stem
    if not _kept[folder]:
        shutil.rmtree(folder, ignore_errors=True)
    _kept[folder] += 1
    picture = folder / f"{_kept[folder]:02}-{test}{'-failed' if failed else ''}.png"
    # The caret stays: hiding it would need a style that the page's security policy refuses.
    page.screenshot(path=picture, caret="initial", timeout=PATIENCE_MS)
    return picture


def accessibility_faults(page: Page) -> list[str]:
    """What axe-core finds wrong with the page once it is at rest (WCAG 2.2 A and AA); a picture of it is kept.

    A page that is still being drawn is looked at again: what is wrong with it stays wrong.
    """
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("document.fonts.ready.then(() => undefined)")
    keep_picture(page)
    end = time.monotonic() + DRAWN_WITHIN_S
    while (faults := _faults(page)) and time.monotonic() < end:
        page.wait_for_timeout(500)
    return faults


def _faults(page: Page) -> list[str]:
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", list(RULES))
    faults = ((fault["id"], node) for fault in found["violations"] for node in fault["nodes"])
    return [f"{name}: {node['target']} {node['failureSummary']}" for name, node in faults]


def until(page: Page, condition: Callable[[], bool], what: str, limit_s: float = PATIENCE_MS / 1000) -> None:
    """Wait until ``condition`` holds while the page goes on; fail with ``what`` was waited for."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, f"never came: {what}"
        page.wait_for_timeout(100)


def assert_fits(page: Page, width: int) -> None:
    """Wait until the page is as narrow as ``width`` and nothing of it lies outside."""
    page.wait_for_function("width => innerWidth <= width", arg=width)
    until(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= width, f"a page {width} pixels wide")


CLOCK = """() => {
    const [minutes, seconds] = (document.querySelector("[role=timer]")?.textContent ?? "").split(":");
    return seconds === undefined ? -1 : 60 * Number(minutes) + Number(seconds);
}"""


def clock(page: Page) -> int:
    """The seconds that the recorder shows; -1 while it shows none."""
    return int(page.evaluate(CLOCK))


def wait_for_clock(page: Page, seconds: int) -> None:
    """Wait until the recorder shows so many seconds."""
    limit = seconds + PATIENCE_MS / 1000
    until(page, lambda: clock(page) >= seconds, f"{seconds} s on the recorder's clock", limit)


def write_wav(path: Path, samples: np.ndarray, rate: int) -> Path:
    """16-bit mono samples as a file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def ramp(path: Path, seconds: int = 120) -> Path:
    """A recording in which every sample tells its place."""
    return write_wav(path, np.tile(np.arange(PERIOD) * 6 - 12_000, 4 * seconds), RATE)


def excerpt(path: Path, audio: Path, spans_s: Iterable[tuple[float, float]], quiet_s: float = 300.0) -> Path:
    """Parts of a recording joined, then silence, so that the microphone does not start over."""
    with av.open(str(audio)) as file:
        resampler = av.AudioResampler("s16", "mono", SOURCE_RATE)
        frames = [out for frame in file.decode(audio=0) for out in resampler.resample(frame)]
    whole = np.concatenate([frame.to_ndarray().ravel() for frame in frames])
    parts = [whole[int(start * SOURCE_RATE) : int(end * SOURCE_RATE)] for start, end in spans_s]
    pause = np.zeros(SOURCE_RATE // 2, dtype=whole.dtype)
    joined = [piece for part in parts for piece in (part, pause)]
    return write_wav(path, np.concatenate([*joined, np.zeros(int(quiet_s * SOURCE_RATE))]), SOURCE_RATE)
