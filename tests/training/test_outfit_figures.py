from __future__ import annotations

import numpy as np
import pytest
import torch
from small_outfits import outfit_model

from fashionkit.training import outfit_figures as module
from fashionkit.training.outfit_examples import OutfitQuestions
from fashionkit.training.outfit_figures import outfit_figures
from fashionkit.training.outfit_vectors import ItemVectors


class FirstNumbers(torch.nn.Module):
    """A head for which outfits are as good as the sum of the first numbers of their items."""

    def forward(self, items: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        return (items[..., :1] * present[..., None]).sum(1)


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 3)
    model = outfit_model().eval()
    model.heads["outfit"] = FirstNumbers()
    return model


def vectors_of(values: dict[str, float]) -> ItemVectors:
    views = np.zeros((1, len(values), 16), np.float32)
    views[0, :, 0] = list(values.values())
    return ItemVectors({name: row for row, name in enumerate(values)}, views)


VECTORS = vectors_of({"a": 3.0, "b": 2.0, "c": 1.0, "d": 0.0})


def test_figures_are_those_of_the_protocol(model):
    blanks = ((("d", "a"), ("d", "b"), ("d", "c")), (("d", "b"), ("d", "c"), ("d", "a")))
    judged = ((("a", "b"), True), (("c", "b"), True), (("a", "c"), False), (("c", "d"), False))
    found = outfit_figures(model, "outfit", OutfitQuestions(blanks, judged, {}), VECTORS)
    assert found == {"fitb": 0.5, "auc": 0.75}


def test_only_questions_with_the_most_on_offer_count(model):
    blanks = ((("d", "a"), ("d", "b"), ("d", "c")), (("d", "c"), ("d", "b")))
    assert outfit_figures(model, "outfit", OutfitQuestions(blanks, (), {}), VECTORS) == {"fitb": 1.0}


def test_what_a_head_cannot_read_is_not_asked(model):
    blanks = ((("d", "a"), ("d", "b")), (("d", "c"), ("d", "unreadable")), (("c",), ("a",)))
    judged = ((("a", "b"), True), (("a", "unreadable"), False))
    assert outfit_figures(model, "outfit", OutfitQuestions(blanks, judged, {}), VECTORS) == {"fitb": 1.0}
