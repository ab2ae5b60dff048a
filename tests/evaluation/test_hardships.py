from __future__ import annotations

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit.evaluation import evaluate
from fashionkit.evaluation.hardships import HARMS, occluded

pytestmark = pytest.mark.light
PHOTO = np.asarray(draw_garment(0, (64, 96)))


@pytest.mark.parametrize("name", HARMS)
def test_harm_keeps_the_size_and_changes_the_photo_in_the_same_way_each_time(name):
    harmed = [HARMS[name](PHOTO, np.random.default_rng(3)) for _ in range(2)]
    assert harmed[0].shape == PHOTO.shape
    assert harmed[0].dtype == np.uint8
    assert (harmed[0] != PHOTO).any()
    assert (harmed[0] == harmed[1]).all()


def test_a_quarter_is_covered_wherever_it_lies():
    for seed in range(20):
        covered = (occluded(np.zeros((64, 96, 3), np.uint8), np.random.default_rng(seed)) == 128).mean()
        assert covered == pytest.approx(0.25, abs=0.01)


def test_accuracies_on_harmed_photos_stand_beside_the_clean_ones(model, things):
    figures = evaluate(model, things, robustness=True).figures
    clean = figures[f"{things.name}/category/accuracy"]
    for name in HARMS:
        figure = figures[f"{things.name}/category/accuracy_{name}"]
        assert figure.n == clean.n
        assert figure.controls == {"clean": clean.value}
