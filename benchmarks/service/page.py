"""What was found, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def page(found: Mapping[str, Any]) -> str:
    """Markdown."""
    return "\n".join([*_lines(found), ""])


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield "# The service under load"
    yield ""
    yield (
        f"`POST /analyze` on loopback with the model {found['model']!r}, {found['photos']} photos of "
        f"{found['bytes a photo'] / 1000:.0f} kB in turn, {found['queue']} requests taken in at once."
    )
    yield ", ".join(f"{name} {said}" for name, said in found["machine"].items()) + "."
    yield ""
    yield (
        f"**{found['at capacity']['requests/s']:.1f} requests/s, {found['share of the bound']:.0%} of the bound** of "
        f"{found['bound, requests/s']:.1f}: cores / (core-seconds of the library for a photo + of HTTP for a request)."
    )
    for title in ("core-milliseconds", "at capacity", "twice its capacity"):
        yield from ["", f"## {title.capitalize()}", "", "| what | value |", "|---|---|"]
        yield from (f"| {name} | {_said(value)} |" for name, value in found[title].items())


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_said(each)}" for name, each in value.items())
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 1000 else f"{value:.3g}"
