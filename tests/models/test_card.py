from __future__ import annotations

from types import SimpleNamespace

import pytest

from fashionkit.models.card import NOT_RECORDED

pytestmark = pytest.mark.light


def test_the_card_says_what_the_model_is(checkpoint):
    card = (checkpoint / "card.md").read_text(encoding="utf-8")
    assert "`test_efficientnet`" in card
    assert "96×64 px (squash, area)" in card
    for row in ("| category | category | 3 |", "| embedding | embedding | 8 |", "| outfit | outfit | 1 |"):
        assert row in card
    assert "## Data\n\nnone" in card
    assert NOT_RECORDED not in card


def card_of(record):
    from fashionkit.models.card import write_card

    model = SimpleNamespace(
        input=SimpleNamespace(size=(8, 8), fit="pad", interpolation="area"),
        backbone=SimpleNamespace(name="toy"),
        parameters=lambda: iter(()),
        specs={},
        training_record=record,
    )
    return write_card(model)


def test_the_card_says_that_nothing_was_recorded():
    assert NOT_RECORDED in card_of({})


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("for research only", "for research only"),
        (12, "12"),
        (["one", "two"], "- one\n- two"),
        ({"photos": 400, "by": "hand"}, "- photos: 400\n- by: hand"),
        (
            [{"set": "a|b", "n": 1}, {"set": "c\nd", "n": 2}],
            "| set | n |\n| --- | --- |\n| a\\|b | 1 |\n| c d | 2 |",
        ),
        ([], "```json\n[]\n```"),
        ({}, "```json\n{}\n```"),
        (None, "```json\nnull\n```"),
        ([{"a": 1}, {"b": 1}], '```json\n[\n  {\n    "a": 1'),
        ({"deep": {"er": 1}}, '```json\n{\n  "deep": {'),
    ],
)
def test_what_was_recorded_is_a_section(value, shown):
    assert f"\n## How it was\n\n{shown}" in card_of({"how it was": value})


def test_sections_keep_the_order_of_the_record():
    card = card_of({"use": "research", "data": ["photos"]})
    assert card.index("## Use") < card.index("## Data")
