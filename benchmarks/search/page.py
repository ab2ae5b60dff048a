"""What was found, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def page(found: Mapping[str, Any]) -> str:
    """Markdown."""
    return "\n".join([*_lines(found), ""])


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"# Search among {found['rows']:,} vectors of {found['dimension']} numbers"
    yield ""
    yield f"{found['of real photos']:,} are embeddings of photos, the rest mixtures of pairs; queries are other photos."
    yield (
        f"{found['threads']} threads on every side. "
        + ", ".join(f"{name} {said}" for name, said in found["machine"].items())
        + "."
    )
    yield from _table("Stores", _flattened(found["stores"]))
    yield from _table("Every vector compared", found["flat"])
    yield from _table("Model and search in one process, times as long as alone", found["together"])
    for kind, told in found["kinds"].items():
        yield from _table(kind, {name: value for name, value in told.items() if name != "curves"})
        if "curves" in told:
            yield from ["", "| side | recall@10 | queries/s |", "|---|---|---|"]
            yield from (
                f"| {side} | {reached:.3f} | {rate:,.0f} |"
                for side, points in told["curves"].items()
                for reached, rate in points
            )
    yield from [
        "",
        "## Filters",
        "",
        "The same filter again and again: fashionkit reads the metadata for the first alone.",
    ]
    yield from ["", "| index | rows left | recall@10 | queries/s |", "|---|---|---|---|"]
    for kind, shares in found["filters"].items():
        yield from (
            f"| {kind} | {share} | {each['recall']:.3f} | {each['queries/s']:,.0f} |" for share, each in shares.items()
        )


def _table(title: str, values: Mapping[str, Any]) -> Iterator[str]:
    yield from ["", f"## {title}", "", "| what | value |", "|---|---|"]
    yield from (f"| {name} | {_said(value)} |" for name, value in values.items())


def _flattened(values: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= (
            {f"{name}: {side}": each for side, each in value.items()} if isinstance(value, Mapping) else {name: value}
        )
    return flat


def _said(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
