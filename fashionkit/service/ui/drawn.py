"""Answers as HTML: bars for probabilities, one line for what went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from fashionkit.demo.chips import chips_of
from fashionkit.heads.attributes.result import Attributes
from fashionkit.heads.category.result import Category
from fashionkit.service.ui.judging import Judgement
from fashionkit.service.ui.seeing import Sight

GUESSES = 5
MARKED = ' class="fk-marked"'
EVEN = 0.5
"""A score above it is more like outfits that stylists made than like random ones."""


def refusal(line: str) -> str:
    """What went wrong."""
    return f'<p class="fk-refusal" role="alert">{escape(line)}</p>'


def note(line: str) -> str:
    """What a visitor should know."""
    return f'<p class="fk-note">{escape(line)}</p>'


def sight(seen: Sight) -> str:
    """What it is and what it is like."""
    parts = [_category(seen.category)] if seen.category else []
    if seen.attributes:
        parts.append(_attributes(seen.attributes, seen.category.label if seen.category else ""))
    return "".join(parts) or note("this model has no head that says what a garment is or is like")


def judgement(judged: Judgement) -> str:
    """The score of an outfit, and the item that clashes."""
    if not judged.items:
        return note("Choose garments above: two make an outfit, from three on the one that clashes is named.")
    if judged.scored is None:
        return note("Choose one more: an outfit has at least two garments.")
    score = judged.scored.score
    verdict = "They go together" if score > EVEN else "They do not go together"
    lines = [f"<h3>{verdict}</h3>", _bars([("score", score)], written=".2f")]
    without = judged.scored.without
    if without is not None:
        clash = judged.clash
        names = [tile.name for tile in judged.items]
        lines.append(
            "<p>No item clashes: without any of them the rest scores no better.</p>"
            if clash is None
            else f"<p><b>{escape(names[clash])}</b> clashes: without it the rest scores {without[clash]:.2f}.</p>"
        )
        lines.append("<h4>Score without</h4>")
        lines.append(_bars(list(zip(names, without, strict=True)), clash, ".2f"))
    return f'<div class="fk-answer">{"".join(lines)}</div>'


def _category(category: Category) -> str:
    best = category.best
    kind = f" <small>{escape(best.kind)}</small>" if best.kind else ""
    bars = _bars([(guess.label, guess.probability) for guess in category.top(GUESSES)], marked=0)
    return f'<div class="fk-answer"><h3>{escape(best.label)}{kind}</h3>{bars}</div>'


def _attributes(attributes: Attributes, label: str) -> str:
    chips = "".join(
        f"<li>{_swatch(chip.swatch)}{escape(f'{chip.name}: {chip.label}' if chip.name else chip.label)}"
        f" <small>{chip.probability:.0%}</small></li>"
        for chip in chips_of(attributes, said_already=label)
    )
    applying = [
        (f"{choice.name.replace('_', ' ')}: {choice.label}", choice.probability)
        for choice in attributes.choices.values()
        if choice.applies
    ]
    tags = [(name, attributes.every_tag[name].probability) for name in attributes.tags]
    numbers = "".join(
        f"<p>{escape(f'{number.name}: {number.value:.4g} {number.unit}'.strip())}</p>"
        for number in attributes.numbers.values()
    )
    listed = f"{_bars([*applying, *tags])}{numbers}"
    return (
        f'<div class="fk-answer"><ul class="fk-chips">{chips}</ul>'
        f"<details><summary>All that applies, {len(applying) + len(tags)} answers</summary>{listed}</details></div>"
    )


def _bars(rows: Sequence[tuple[str, float]], marked: int | None = None, written: str = ".0%") -> str:
    lines = [
        f'<tr{MARKED if place == marked else ""}><th scope="row">{escape(name)}</th>'
        f'<td class="fk-bar"><span style="width:{100 * share:.1f}%"></span></td><td>{share:{written}}</td></tr>'
        for place, (name, share) in enumerate(rows)
    ]
    return f'<table class="fk-bars"><tbody>{"".join(lines)}</tbody></table>'


def _swatch(colour: str | None) -> str:
    return f'<i class="fk-swatch" style="background:{escape(colour)}"></i>' if colour else ""
