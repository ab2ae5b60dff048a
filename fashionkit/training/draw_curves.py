"""The course of a run as a picture: losses and figures over the steps, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, TypeAlias

Curve: TypeAlias = list[tuple[float, float]]

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 64, 190, 34, 30
COLOURS = ("#3b6ea5", "#c2683d", "#5b8c5a", "#8d5a99", "#b8942f", "#4a9a9a", "#a5484f", "#6b6b6b")
MOST_CURVES = len(COLOURS)
MOST_POINTS = 400
TICKS = 4


def curves_svg(events: Sequence[Mapping[str, Any]]) -> str:
    """The events of a log drawn: the losses above, the figures of the validations below; what is empty is left out.

    >>> "polyline" in curves_svg([{"event": "step", "step": n, "loss": 1 / n, "losses": {}} for n in (1, 2)])
    True
    """
    panels = {"loss": _losses(events), "validation": _figures(events)}
    drawn = [_panel(title, curves) for title, curves in panels.items() if curves]
    height = max(1, len(drawn)) * HEIGHT
    inner = "\n".join(f'<g transform="translate(0 {place * HEIGHT})">{panel}</g>' for place, panel in enumerate(drawn))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" font-size="11">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{inner}\n</svg>\n'
    )


def _losses(events: Sequence[Mapping[str, Any]]) -> dict[str, Curve]:
    steps = [event for event in events if event.get("event") == "step"]
    curves: dict[str, Curve] = {"total": [(event["step"], event["loss"]) for event in steps]} if steps else {}
    names = {name: None for event in steps for name in event["losses"]}
    if len(names) > 1:
        for name in names:
            curves[name] = [(event["step"], event["losses"][name]) for event in steps if name in event["losses"]]
    return curves


def _figures(events: Sequence[Mapping[str, Any]]) -> dict[str, Curve]:
    judged = [event for event in events if event.get("event") == "validation"]
    # Figures that are shares have one scale; an error in years would flatten them.
    names = {name: None for event in judged for name, value in event["figures"].items() if 0 <= value <= 1}
    return {
        name: [(event["step"], event["figures"][name]) for event in judged if name in event["figures"]]
        for name in list(names)[:MOST_CURVES]
    }


def _panel(title: str, curves: Mapping[str, Curve]) -> str:
    finite = {name: [(x, y) for x, y in curve if math.isfinite(y)] for name, curve in curves.items()}
    shown = dict(list({name: curve for name, curve in finite.items() if curve}.items())[:MOST_CURVES])
    points = [point for curve in shown.values() for point in curve]
    if not points:
        return ""
    last = max(1.0, *(x for x, _ in points))
    low, high = min(y for _, y in points), max(y for _, y in points)
    if high - low < 1e-9:  # noqa: PLR2004  # a flat line has no height of its own
        low, high = low - 0.5, high + 0.5
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(x: float, y: float) -> str:
        return f"{LEFT + across * x / last:.1f},{TOP + down * (high - y) / (high - low):.1f}"

    parts = [f'<text x="{LEFT}" y="20" font-size="13" font-weight="600">{escape(title)}</text>']
    parts += _axes(low, high, last)
    for number, (name, curve) in enumerate(shown.items()):
        colour = COLOURS[number]
        line = " ".join(place(x, y) for x, y in _thinned(curve))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts += [f'<circle r="2" fill="{colour}" cx="{p[0]}" cy="{p[1]}"/>' for p in _lonely(curve, place)]
        parts.append(
            f'<text x="{WIDTH - RIGHT + 14}" y="{TOP + 8 + 16 * number}" fill="{colour}">{escape(_short(name))} '
            f"{curve[-1][1]:.3f}</text>"
        )
    return "".join(parts)


def _axes(low: float, high: float, last: float) -> Iterator[str]:
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    for tick in range(TICKS + 1):
        y = TOP + down * tick / TICKS
        value = high - (high - low) * tick / TICKS
        yield f'<line x1="{LEFT}" x2="{LEFT + across}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#666">{value:.3g}</text>'
    for tick in range(TICKS + 1):
        x = LEFT + across * tick / TICKS
        yield f'<text x="{x:.1f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#666">{last * tick / TICKS:,.0f}</text>'


def _thinned(curve: Curve) -> Curve:
    """Means of neighbours, where there are more points than a picture can show."""
    size = math.ceil(len(curve) / MOST_POINTS)
    parts = [curve[start : start + size] for start in range(0, len(curve), size)]
    return [(sum(x for x, _ in part) / len(part), sum(y for _, y in part) / len(part)) for part in parts]


def _lonely(curve: Curve, place: Any) -> list[list[str]]:
    """A curve of one point is no line."""
    return [place(*curve[0]).split(",")] if len(curve) == 1 else []


def _short(name: str) -> str:
    return name if len(name) <= 20 else f"{name[:19]}…"  # noqa: PLR2004  # what fits beside the panel
