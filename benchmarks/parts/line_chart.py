"""Draws lines over time as an SVG picture for the guides: title, axes, legend, light and dark."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 760, 340
LEFT, RIGHT, TOP, BOTTOM = 72, 16, 78, 52
STEPS = 4
ROUND = (1, 2, 2.5, 5, 10)
MOST_POINTS = 240
# The colours keep a contrast of 3 on white and on black; the dashes tell the lines apart as well.
LINES = (("#2a78b5", ""), ("#c8501e", "7 4"), ("#2f8f4e", "2 4"), ("#9a5fb5", "11 4 2 4"))
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #ccc; stroke-width: 1 }
  .paper { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee }
    .grid { stroke: #444 }
    .paper { fill: #16181c }
  }
"""


@dataclass(frozen=True)
class Line:
    """A line: its name in the legend, and a value for each second."""

    name: str
    values: Sequence[float]


def draw_lines(title: str, lines: Sequence[Line], *, unit: str, across: str) -> str:
    """Return a picture. `unit`: the words beside the vertical axis; `across`: the other one's."""
    seconds = max(len(each.values) for each in lines)
    name = f'role="img" aria-label="{escape(title)}"'
    step = _round_step(max(max(each.values, default=0) for each in lines) / STEPS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" {name}>',
        f"<style>{STYLE}</style>",
        f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{LEFT}" y="22">{escape(title)}</text>',
        *_grid(step, seconds),
        f'<text x="{LEFT}" y="{TOP - 10}" font-size="12">{escape(unit)}</text>',
        f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 8}" text-anchor="end">{escape(across)}</text>',
    ]
    at = LEFT
    for line, (colour, dash) in zip(lines, LINES, strict=False):
        stroke = f'stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"'
        parts.append(f'<path d="{_path(line.values, seconds, step)}" {stroke}/>')
        parts.append(f'<path d="M{at} 38 h28" {stroke}/>')
        parts.append(f'<text x="{at + 34}" y="42">{escape(line.name)}</text>')
        at += 54 + 7 * len(line.name)
    return "\n".join([*parts, "</svg>", ""])


def _grid(step: float, seconds: int) -> Iterator[str]:
    for number in range(STEPS + 1):
        y = _y(number * step, step)
        yield f'<path class="grid" d="M{LEFT} {y:.1f} H{WIDTH - RIGHT}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{number * step:,.0f}</text>'
    every = _round_step(seconds / 8)
    for number in range(int(seconds // every) + 1):
        x = _x(number * every, seconds)
        label = f"{number * every:,.0f}"
        yield f'<text x="{x:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{label}</text>'


def _path(values: Sequence[float], seconds: int, step: float) -> str:
    """Return a line. Of very many seconds, each point is the mean of some neighbours."""
    group = -(-len(values) // MOST_POINTS) or 1
    points = []
    for begin in range(0, len(values), group):
        some = values[begin : begin + group]
        x = _x(begin + (len(some) - 1) / 2, seconds)
        points.append(f"{x:.1f} {_y(sum(some) / len(some), step):.1f}")
    return "M" + " L".join(points)


def _x(second: float, seconds: int) -> float:
    return LEFT + second * (WIDTH - LEFT - RIGHT) / max(1, seconds - 1)


def _y(value: float, step: float) -> float:
    return HEIGHT - BOTTOM - value * (HEIGHT - TOP - BOTTOM) / (step * STEPS)


def _round_step(least: float) -> float:
    """Return the next round number."""
    power = 1.0
    while power * 10 < least:
        power *= 10
    return next((each * power for each in ROUND if each * power >= least), 10 * power)
