from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from small_outfits import SPECS, outfit_model
from torch.nn import functional

from fashionkit import FashionModel, ModelError, OutfitSpec
from fashionkit.training import learn_outfits as learn_outfits_module
from fashionkit.training.learn_outfits import learn_outfits, outfit_heads, steps_of
from fashionkit.training.outfit_examples import OutfitExamples
from fashionkit.training.outfit_vectors import ItemVectors
from fashionkit.training.recipe import Outfits

ITEMS = [f"{family}{number}" for family in "ab" for number in range(6)]
POOL_OF = {item: (item[0], "") for item in ITEMS}
SHORT = Outfits(epochs=3, batch_size=4, wrong=3)


def vectors() -> ItemVectors:
    views = np.random.default_rng(0).normal(size=(2, len(ITEMS), 16)).astype(np.float32)
    return ItemVectors({item: row for row, item in enumerate(ITEMS)}, views / np.linalg.norm(views, axis=2)[..., None])


def examples(*outfits: tuple[str, ...]) -> OutfitExamples:
    return OutfitExamples(outfits or tuple((f"a{n}", f"b{n}") for n in range(6)), POOL_OF)


def learned(model: FashionModel, of: OutfitExamples, settings: Outfits = SHORT, seed: int = 0) -> list[float]:
    return [step.loss for step in learn_outfits(model, "outfit", of, vectors(), settings, seed=seed)]


@settings(max_examples=40, deadline=None)
@given(outfits=st.integers(1, 500), epochs=st.integers(1, 50), batch=st.integers(1, 200))
def test_every_outfit_is_seen_as_often_as_the_recipe_says(outfits, epochs, batch):
    settings = Outfits(epochs=epochs, batch_size=batch)
    seen = steps_of(outfits, settings) * min(batch, outfits)
    assert epochs * outfits <= seen < epochs * outfits + batch


def test_what_goes_together_is_learned():
    model, settings = outfit_model(), Outfits(epochs=250, batch_size=6, wrong=5, learning_rate=0.01, noise=0.1)
    losses = learned(model, examples(), settings)
    # By chance a blank has the loss log 6, and telling made from mixed log 2.
    assert losses[0] == pytest.approx(math.log(6) + math.log(2), abs=0.5)
    assert np.mean(losses[-10:]) < 0.5 * losses[0]
    assert not model.heads["outfit"].training


def test_steps_are_counted_and_rates_rise_and_fall():
    settings = Outfits(epochs=20, batch_size=4, warmup=0.2, learning_rate=0.5)
    steps = list(learn_outfits(outfit_model(), "outfit", examples(), vectors(), settings, seed=0))
    assert [step.number for step in steps] == list(range(30))
    assert [step.is_last for step in steps] == [False] * 29 + [True]
    assert steps[-1].epoch == 20
    rates = [step.learning_rate for step in steps]
    assert rates[:7] == sorted(rates[:7])
    assert rates[6:] == sorted(rates[6:], reverse=True)
    assert max(rates) == 0.5


def test_parts_of_a_step_are_scored_as_all_at_once(monkeypatch):
    """Without noise and of one view, so that nothing is drawn for a part."""
    outfits = tuple(tuple(f"{family}{n}" for n in range(count) for family in "ab") for count in (1, 3, 2, 4, 2))
    plain = ItemVectors(vectors().rows, vectors().views[:1])
    settings = Outfits(epochs=2, batch_size=5, wrong=3, noise=0.0)
    found = []
    for part in (1000, 7):
        monkeypatch.setattr(learn_outfits_module, "PART", part)
        of = OutfitExamples(outfits, POOL_OF)
        steps = learn_outfits(outfit_model(), "outfit", of, plain, settings, seed=0)
        found.append([step.loss for step in steps])
    assert found[1] == pytest.approx(found[0], abs=1e-4)


def test_the_seed_decides_alone():
    torch.manual_seed(1)
    first, again, other = (learned(outfit_model(), examples(), seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first != other


def step_of(settings: Outfits, *outfits: tuple[str, ...]) -> float:
    """The loss of the first step over vectors without noise, of one view."""
    plain = ItemVectors(vectors().rows, vectors().views[:1])
    model = outfit_model()
    (loss, *_) = (step.loss for step in learn_outfits(model, "outfit", examples(*outfits), plain, settings, seed=0))
    return loss


def logit(*items: str) -> float:
    model = outfit_model().eval()
    packed = ItemVectors(vectors().rows, vectors().views[:1]).packed([items])
    with torch.no_grad():
        return model.score_sets("outfit", packed).item()


def test_the_loss_is_that_of_a_choice_and_of_made_against_mixed():
    """Of two outfits, each item has one substitute, so that it is known what is drawn."""
    outfits = (("a0", "b0"), ("a1", "b1"))
    kept = {"epochs": 1, "batch_size": 2, "wrong": 1, "noise": 0.0}
    compatibility = step_of(Outfits(blanks=0.0, **kept), *outfits)
    made, mixed = ([logit(*one) for one in some] for some in (outfits, (("a1", "b1"), ("a0", "b0"))))
    wanted = functional.binary_cross_entropy_with_logits(torch.tensor(made + mixed), torch.tensor([1.0, 1, 0, 0]))
    assert compatibility == pytest.approx(wanted.item(), abs=1e-5)
    ranking = step_of(Outfits(compatibility=0.0, **kept), *outfits)
    answers = {("a1", "b0"), ("a0", "b1")}
    possible = [
        sum(math.log1p(math.exp(logit(*wrong) - own)) for wrong, own in zip(pair, made, strict=True)) / 2
        for pair in [(one, other) for one in answers for other in answers]
    ]
    assert any(ranking == pytest.approx(each, abs=1e-5) for each in possible)
    assert step_of(Outfits(blanks=2.0, compatibility=3.0, **kept), *outfits) == pytest.approx(
        2 * ranking + 3 * compatibility, abs=1e-4
    )


def test_an_outfit_without_substitutes_is_asked_no_blank_and_is_no_mixed_one():
    kept = {"epochs": 1, "batch_size": 1, "noise": 0.0}
    assert step_of(Outfits(compatibility=0.0, **kept), ("a0", "b0")) == 0
    assert step_of(Outfits(blanks=0.0, **kept), ("a0", "b0")) == pytest.approx(
        math.log1p(math.exp(-logit("a0", "b0"))), abs=1e-5
    )


def test_nothing_but_the_head_is_touched():
    model = outfit_model().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    learned(model, examples())
    changed = [name for name, value in model.state_dict().items() if not torch.equal(before[name], value)]
    assert changed
    assert all(name.startswith("heads.outfit.") for name in changed)
    assert model.backbone.training


def test_a_loss_that_is_not_finite_stops():
    model = outfit_model()
    with torch.no_grad():
        model.heads["outfit"].score.bias.fill_(float("nan"))
    with pytest.raises(ModelError, match="the loss of the head 'outfit' is nan in step 0"):
        learned(model, examples())


def test_heads_of_outfits_are_found():
    stylist = OutfitSpec(item_width=16, hidden=8, heads=1)
    assert outfit_heads(outfit_model({**SPECS, "stylist": stylist})) == ("outfit", "stylist")
    assert outfit_heads(outfit_model({"embedding": SPECS["embedding"]})) == ()
