"""A loss curve as SVG, without a plotting library."""

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 640, 320, 48
_COLOURS = ("#2563eb", "#d97706")

Line = Sequence[tuple[float, float]]


def svg(title: str, lines: dict[str, Line]) -> str:
    """Lines of (step, loss) points, each with its name, on common axes."""
    points = [point for line in lines.values() for point in line]
    right = max((x for x, _ in points), default=1) or 1
    low, high = min((y for _, y in points), default=0), max((y for _, y in points), default=1)
    span = (high - low) or 1

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            MARGIN + x / right * (WIDTH - 2 * MARGIN),
            HEIGHT - MARGIN - (y - low) / span * (HEIGHT - 2 * MARGIN),
        )

    def text(x: float, y: float, words: str, more: str = "") -> str:
        return f'<text x="{x:.0f}" y="{y:.0f}" font-size="12" font-family="sans-serif" {more}>{words}</text>'

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" fill="none" stroke="#888"/>',
        text(4, MARGIN, f"{high:.2f}"),
        text(4, HEIGHT - MARGIN, f"{low:.2f}"),
        text(WIDTH - MARGIN, HEIGHT - MARGIN + 18, f"step {right:g}", 'text-anchor="end"'),
        text(MARGIN, 24, title),
    ]
    for place, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in line))
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        out.append(text(WIDTH - MARGIN, MARGIN + 16 * place, name, f'text-anchor="end" fill="{colour}"'))
    return "\n".join((*out, "</svg>", ""))
