"""What a bench leaves behind: JSON, a bar chart, and its table in the documentation.

    python -m bench.listening.report

sets the table of targets again from the others, as every bench does that is told to write its own.
"""

import json
import os
import platform
import shlex
from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.listening import targets

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks"
PAGE = DOCS / "listening.md"

_BAR, _ROW, _LEFT = 360, 26, 270


@dataclass(frozen=True, slots=True)
class Chart:
    """Horizontal bars: a label and a value each; a value of ``None`` was not measured."""

    title: str
    bars: Sequence[tuple[str, float | None]]
    unit: str = ""


def publish(name: str, args: Namespace, text: str, figures: Mapping[str, Any], chart: Chart, **instead: Any) -> None:
    """Print a bench's table; write ``name.json`` and ``name.svg``, and with ``--docs`` its place on the page.

    ``instead`` replaces options in the command that the page names (:func:`command`).
    """
    print(text)
    save(args.out, name, figures)
    draw((DOCS if args.docs else args.out) / f"{name}.svg", chart)
    if args.docs:
        document(name, f"{text}\n\n![{chart.title}]({name}.svg)", command(name, args, **instead))


def command(bench: str, args: Namespace, **instead: Any) -> str:
    """The command line that measures this again: every option, also those left to their defaults.

    Folders are left out, they are the reader's own. ``instead`` replaces values, as names of visits by numbers.
    """
    words = ["python", "-m", f"bench.listening.{bench}"]
    for name, value in {**vars(args), **instead}.items():
        if value is None or value is False or value == [] or isinstance(value, Path):
            continue
        values = [] if value is True else value if isinstance(value, list) else [value]
        words += [f"--{name.replace('_', '-')}", *(f"{v:g}" if isinstance(v, float) else str(v) for v in values)]
    return shlex.join(words)


def machine() -> str:
    """The kind of machine, in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    gpu = "with a GPU" if Path("/dev/nvidia0").exists() else "no GPU"
    return f"{os.cpu_count()} cores, {model}, {gpu}, load {os.getloadavg()[0]:.1f} at the end"


def save(out: Path, name: str, figures: Mapping[str, Any]) -> None:
    """Write ``name.json`` with the machine and the date."""
    out.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), "date": date.today().isoformat(), **figures}
    (out / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; ``None`` is shown as a dash."""
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += ["| " + " | ".join("–" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def document(name: str, text: str, command: str) -> None:
    """Put ``text`` between the markers of a bench on the page, and the table of targets between theirs."""
    stamp = f"{date.today().isoformat()}, {machine()}; `{command}`"
    page = between(PAGE.read_text(encoding="utf-8"), f"bench:{name}", f"{stamp}\n\n{text}")
    PAGE.write_text(with_targets(page), encoding="utf-8")


def with_targets(page: str) -> str:
    """The page with the table of targets that follows from its other tables."""
    return between(page, "targets", table(targets.HEADS, targets.compare(page)))


def between(page: str, name: str, text: str) -> str:
    """The page with ``text`` between ``<!-- name -->`` and ``<!-- /name -->``."""
    opening, closing = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = page.split(opening, 1)
    return f"{before}{opening}\n{text}\n{closing}{rest.split(closing, 1)[1]}"


def draw(path: Path, chart: Chart) -> None:
    """The chart as SVG; a missing value is said, not drawn."""
    most = max((value for _, value in chart.bars if value is not None), default=1.0) or 1.0
    height = 44 + _ROW * len(chart.bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _BAR + 90}" height="{height}" role="img" '
        f'aria-label="{chart.title}" font-family="sans-serif" font-size="13">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="10" y="22" font-weight="bold">{chart.title}</text>',
    ]
    for at, (label, value) in enumerate(chart.bars):
        y = 36 + at * _ROW
        width = 0.0 if value is None else _BAR * value / most
        shown = "not measured" if value is None else f"{value:g} {chart.unit}".rstrip()
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{label}</text>')
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="18" fill="#2b6c8f"/>')
        parts.append(f'<text x="{_LEFT + width + 6:.1f}" y="{y + 14}">{shown}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(with_targets(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
