"""What of the targets is reached, read from the tables of the page, so that the page cannot say something else.

A figure that the page does not have counts as not measured.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

Row = dict[str, str]
Tables = dict[str, list[Row]]
"""The rows of each bench's table, each cell under its head; the first cell also under ``""``."""

Reached = tuple[str, bool | None]
"""What was reached, in words, and whether that meets the target."""

NOT_MEASURED: Reached = ("not measured", None)


def tables(page: str) -> Tables:
    """The tables between the markers of a page."""
    out: Tables = {}
    for name, text in re.findall(r"<!-- bench:(\w+) -->(.*?)<!-- /bench:\1 -->", page, re.S):
        lines = [[cell.strip() for cell in line.strip("| ").split("|")] for line in re.findall(r"^\|.*\|$", text, re.M)]
        out[name] = [{**dict(zip(lines[0], line, strict=False)), "": line[0]} for line in lines[2:]] if lines else []
    return out


def number(cell: str | None) -> float | None:
    """The first number of a cell."""
    found = re.search(r"[-+]?\d+(\.\d+)?", cell or "")
    return float(found.group()) if found else None


def numbers(rows: list[Row], head: str) -> list[float]:
    """All numbers below a head."""
    return [value for row in rows if (value := number(row.get(head))) is not None]


def streaming(found: Tables, start: str, *, many: bool | None = None) -> list[Row]:
    """Rows of the streaming table: of one stream, of several, or both."""
    rows = [row for row in found.get("streaming", []) if row[""].startswith(start)]
    return [row for row in rows if many is None or ("streams" in row[""]) == many]


def live(found: Tables) -> Reached:
    rows = [row for row in streaming(found, "live") if number(row.get("above offline")) is not None]
    rows += [{**row, "": "side by side"} for row in found.get("peers", []) if row[""] == "Sidenote"]
    said = [f"{row['above offline']} ({row['']})" for row in rows]
    return ("; ".join(said), max(numbers(rows, "above offline")) <= 0.5) if rows else NOT_MEASURED


def final(found: Tables) -> Reached:
    values = numbers(streaming(found, "final"), "above offline")
    return (f"{', '.join(f'{v:+.2f}' for v in values)} points", max(values) <= 0) if values else NOT_MEASURED


def latency(found: Tables) -> Reached:
    rows = streaming(found, "live", many=False)
    median, late = numbers(rows, "commit p50"), numbers(rows, "p95")
    if not median or not late:
        return NOT_MEASURED
    return f"{max(median):g} s, {max(late):g} s", max(median) <= 1.5 and max(late) <= 3


def peers(found: Tables) -> Reached:
    rows = {row[""]: row for row in found.get("peers", [])}
    ours = rows.pop("Sidenote", None)
    rows.pop("offline", None)
    if ours is None or not rows:
        return NOT_MEASURED
    heads = ("word error", "commit p50", "p95")
    best = [min(numbers(list(rows.values()), head), default=0.0) for head in heads]
    mine = [number(ours[head]) or 0.0 for head in heads]
    said = ", ".join(f"{head} {a:g} against {b:g}" for head, a, b in zip(heads, mine, best, strict=True))
    return said, all(a < b for a, b in zip(mine, best, strict=True))


def concurrent(found: Tables) -> Reached:
    rows = streaming(found, "live", many=True)
    said = ", ".join(f"{row['p95']} ({row[''].removeprefix('live ')})" for row in rows)
    return (said, max(numbers(rows, "p95")) <= 4) if rows else NOT_MEASURED


def cost(found: Tables) -> Reached:
    one, two = (numbers(streaming(found, "live whisper-base", many=m), "CPU s / audio min") for m in (False, True))
    return (f"{one[0]:g}, {two[0]:g}", two[0] < one[0]) if one and two else NOT_MEASURED


def drugs(found: Tables) -> Reached:
    rows = {row[""]: number(row.get("drug error")) for row in found.get("terms", [])}
    plain, listed = rows.get("no list"), rows.get("the patient's list")
    if plain is None or listed is None:
        return NOT_MEASURED
    return f"{listed:g} % against {plain:g} %", listed <= plain / 2


def inserted(found: Tables) -> Reached:
    values = numbers(found.get("terms", []), "listed drugs inserted") + numbers(found.get("noise", []), "listed drugs")
    return (f"{sum(values):g}", not sum(values)) if values else NOT_MEASURED


def noise(found: Tables) -> Reached:
    rows = found.get("noise", [])
    counts = [(row[""], way, number(row.get(f"words {way}"))) for row in rows for way in ("live", "final")]
    written = [f"{count:g} {way} ({sound})" for sound, way, count in counts if count]
    return (", ".join(written) or "0", not written) if rows else NOT_MEASURED


def faults(found: Tables) -> Reached:
    rows = found.get("faults", [])
    lost = [row[""] for row in rows if "NO" in (row["all samples stored"], row["words identical"])]
    said = f"not after: {', '.join(lost)}" if lost else f"identical in all {len(rows) - 1} cases (final transcript)"
    return (said, not lost) if rows else NOT_MEASURED


def roles(found: Tables) -> Reached:
    values = numbers(found.get("speakers", []), "words under the right role")
    return (f"{min(values):g} % or more of {len(values)} visits", min(values) >= 95) if values else NOT_MEASURED


def memory(found: Tables) -> Reached:
    values = numbers(found.get("memory", []), "growth")
    return (f"{values[0]:g} %", values[0] <= 5) if values else NOT_MEASURED


READ: dict[str, Callable[[Tables], Reached]] = {
    reader.__name__: reader
    for reader in (live, final, latency, peers, concurrent, cost, drugs, inserted, noise, faults, roles, memory)
}


HEADS = ("what", "target", "reached", "met", "how, and what was tried")


def compare(page: str) -> list[list[str]]:
    """The rows of the table of targets, as they follow from a page's other tables."""
    found = tables(page)
    targets: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["target"]
    rows = []
    for target in targets:
        said, met = READ[target["key"]](found)
        met_said = {True: "yes", False: "**no**", None: "–"}[met]
        rows.append([target["what"], target["wanted"], said, met_said, target["tried"]])
    return rows
