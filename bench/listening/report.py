"""What a bench leaves behind: JSON, a bar chart, and its table in the documentation."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs" / "benchmarks"
PAGE = DOCS / "listening.md"

_BAR, _ROW, _LEFT = 360, 26, 230


def machine() -> str:
    """The kind of machine, in words."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.is_file() else []
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    gpu = "with a GPU" if Path("/dev/nvidia0").exists() else "no GPU"
    return f"{os.cpu_count()} cores, {model}, {gpu}, load {os.getloadavg()[0]:.1f} at the end"


def save(out: Path, name: str, report: Mapping[str, Any]) -> None:
    """Write ``name.json`` with the machine and the date."""
    out.mkdir(parents=True, exist_ok=True)
    whole = {"machine": machine(), "date": date.today().isoformat(), **report}
    (out / f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def table(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """A Markdown table; ``None`` is shown as a dash."""
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += ["| " + " | ".join("–" if cell is None else str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def document(name: str, text: str, command: str) -> None:
    """Put ``text`` between the markers ``<!-- bench:name -->`` and ``<!-- /bench:name -->`` of the page."""
    page = PAGE.read_text(encoding="utf-8")
    opening, closing = f"<!-- bench:{name} -->", f"<!-- /bench:{name} -->"
    before, rest = page.split(opening, 1)
    after = rest.split(closing, 1)[1]
    stamp = f"{date.today().isoformat()}, {machine()}; `{command}`"
    PAGE.write_text(f"{before}{opening}\n{stamp}\n\n{text}\n{closing}{after}", encoding="utf-8")


def chart(path: Path, title: str, bars: Sequence[tuple[str, float | None]], unit: str) -> None:
    """A horizontal bar chart as SVG; a missing value is said, not drawn."""
    most = max((value for _, value in bars if value is not None), default=1.0) or 1.0
    height = 44 + _ROW * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _BAR + 90}" height="{height}" role="img" '
        f'aria-label="{title}" font-family="sans-serif" font-size="13">',
        f'<rect width="100%" height="100%" fill="#fff"/><text x="10" y="22" font-weight="bold">{title}</text>',
    ]
    for at, (label, value) in enumerate(bars):
        y = 36 + at * _ROW
        width = 0.0 if value is None else _BAR * value / most
        shown = "not measured" if value is None else f"{value:g} {unit}"
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 14}" text-anchor="end">{label}</text>')
        parts.append(f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="18" fill="#2b6c8f"/>')
        parts.append(f'<text x="{_LEFT + width + 6:.1f}" y="{y + 14}">{shown}</text>')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*parts, "</svg>"]) + "\n", encoding="utf-8")
