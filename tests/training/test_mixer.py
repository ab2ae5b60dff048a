import numpy as np
import pytest
import torch
from small_training import LABELS, drawn, small_model

from fashionkit import CategorySpec, FashionModel, InputRule
from fashionkit.training.examples import gather
from fashionkit.training.mixer import mixer_of
from fashionkit.training.recipe import Mixing, Phase, Recipe
from fashionkit.training.trainer import fit

PHASES = (Phase(steps=3, learning_rate=0.003, stages="all"),)
PIXELS = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 3), np.uint8)
MINE = np.arange(8)


def alone() -> FashionModel:
    torch.manual_seed(0)
    return FashionModel("test_vit", {"category": CategorySpec(labels=LABELS)}, input=InputRule(size=(64, 64)))


def test_nothing_is_mixed_unasked():
    model = alone()
    mixer = mixer_of(gather([drawn(8)], model.specs), model.specs, Recipe(phases=PHASES))
    pixels, mixture = mixer.mixed(PIXELS, MINE, 0)
    assert pixels is PIXELS
    assert mixture is None


@pytest.mark.parametrize("mixing", [Mixing(mixup=1.0), Mixing(cutmix=1.0), Mixing(mixup=1.0, cutmix=1.0)])
def test_photos_with_a_category_alone_are_mixed_always_alike(mixing):
    model = alone()
    mixer = mixer_of(gather([drawn(8)], model.specs), model.specs, Recipe(phases=PHASES, mixing=mixing))
    first, again, other = (mixer.mixed(PIXELS, MINE, number) for number in (1, 1, 2))
    assert not np.array_equal(first[0], PIXELS)
    assert np.array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])


def test_photos_of_which_more_is_known_are_not_mixed():
    model = small_model()
    mixer = mixer_of(gather([drawn(8)], model.specs), model.specs, Recipe(phases=PHASES, mixing=Mixing(mixup=1.0)))
    pixels, mixture = mixer.mixed(PIXELS, MINE, 1)
    assert np.array_equal(pixels, PIXELS)
    assert mixture.partner.tolist() == MINE.tolist()


@pytest.mark.usefixtures("unsaved")
def test_mixing_changes_what_is_learned(tmp_path):
    weights = [
        fit(alone(), drawn(16), Recipe(phases=PHASES, batch_size=8, mixing=mixing), tmp_path / name)
        .heads["category"]
        .classifier.weight
        for name, mixing in (("a", Mixing(mixup=1.0)), ("b", Mixing(mixup=1.0)), ("c", Mixing()))
    ]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
