"""Lines over two axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import TypeAlias

Points: TypeAlias = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 760, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 20, 56, 50
_COLOURS = ("#50b4be", "#e0a458", "#88c070", "#c594c5")
# a ground of its own, so that it is read on a light page and on a dark one
_STYLE = """
  .plot { font: 14px ui-sans-serif, system-ui, 'DejaVu Sans', Arial, sans-serif; fill: #cdd2da; }
  .title { font-weight: bold; }
  .grid { stroke: #3a404c; stroke-width: 1; }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round; }
"""


def lines(title: str, x_label: str, y_label: str, series: Mapping[str, Points]) -> str:
    """Draw them, both axes from 0.

    Args:
        title: Above it.
        x_label: What is to the right, with its unit.
        y_label: What is up, with its unit.
        series: The points of each line, by what it is.
    """
    everything = [point for points in series.values() for point in points]
    x_step, x_end = _ticks(max(x for x, _ in everything))
    y_step, y_end = _ticks(max(y for _, y in everything))
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def across(x: float) -> float:
        return round(_LEFT + (right - _LEFT) * x / x_end, 1)

    def up(y: float) -> float:
        return round(bottom - (bottom - _TOP) * y / y_end, 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' class="plot" role="img"><title>{escape(title)}</title><style>{_STYLE}</style>',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#1e2128"/>',
        f'<text class="title" x="{_LEFT}" y="26">{escape(title)}</text>',
    ]
    for number in range(round(y_end / y_step) + 1):
        at = up(number * y_step)
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{at}" x2="{right}" y2="{at}"/>')
        label = f"{number * y_step:g}"
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 5}" text-anchor="end">{label}</text>')
    for number in range(round(x_end / x_step) + 1):
        at = across(number * x_step)
        label = f"{number * x_step:g}"
        parts.append(f'<text x="{at}" y="{bottom + 20}" text-anchor="middle">{label}</text>')
    middle = (_LEFT + right) / 2
    parts.append(
        f'<text x="{middle}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>'
    )
    middle = (_TOP + bottom) / 2
    parts.append(
        f'<text transform="translate(20 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>"
    )
    at = right
    for colour, (name, points) in zip(_COLOURS, series.items(), strict=False):
        path = " ".join(f"{across(x)},{up(y)}" for x, y in points)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts.append(
            f'<text x="{at}" y="26" text-anchor="end" style="fill: {colour}">{escape(name)}</text>'
        )
        at -= 9 * len(name) + 20
    return "\n".join([*parts, "</svg>\n"])


def _ticks(most: float) -> tuple[float, float]:
    """A round step, and the end of the axis: a whole number of them."""
    rough = max(most, 1e-9) / 6
    unit = 10 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    return step, step * math.ceil(most / step - 1e-6)
