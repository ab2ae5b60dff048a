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
    assert '"data": "none"' in card
    assert NOT_RECORDED not in card


def test_the_card_says_that_nothing_was_recorded():
    from fashionkit.models.card import write_card

    model = SimpleNamespace(
        input=SimpleNamespace(size=(8, 8), fit="pad", interpolation="area"),
        backbone=SimpleNamespace(name="toy"),
        parameters=lambda: iter(()),
        specs={},
        training_record={},
    )
    assert NOT_RECORDED in write_card(model)
