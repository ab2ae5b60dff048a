from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from fashionkit.errors import DataError

faithfulness = pytest.importorskip("fashionkit.explain.faithfulness")
measure = faithfulness.measure_faithfulness

HERE = (slice(2, 4), slice(5, 8))


def answer_is_here(photos):
    """A model that looks at six pixels: they were white."""
    return photos[(slice(None), *HERE)].reshape(len(photos), -1).mean(axis=1) / 255


def photo():
    pixels = np.zeros((10, 12, 3), np.uint8)
    pixels[HERE] = 255
    return pixels


def heat(value_here):
    of_place = np.full((10, 12), 0.5, np.float32)
    of_place[HERE] = value_here
    return of_place


def test_the_best_and_the_worst_map_lie_on_either_side_of_a_random_one():
    best, worst = (measure(answer_is_here, photo(), heat(value), steps=20) for value in (1.0, 0.0))
    draws = [np.random.default_rng(seed).random((10, 12), np.float32) for seed in range(20)]
    random = [measure(answer_is_here, photo(), each, steps=20) for each in draws]
    assert best.deletion < min(each.deletion for each in random)
    assert worst.deletion > max(each.deletion for each in random)
    assert best.insertion > max(each.insertion for each in random)
    assert worst.insertion < min(each.insertion for each in random)
    assert best.gain > 0 > worst.gain


def test_areas_are_those_of_a_naive_loop():
    order = np.random.default_rng(3).random((10, 12))
    found = measure(answer_is_here, photo(), order, steps=120)
    pixels, curve = photo(), []
    grey = pixels.reshape(-1, 3).mean(axis=0).round().astype(np.uint8)
    curve.append(float(answer_is_here(pixels[None])[0]))
    for place in np.argsort(-order.ravel()):
        pixels[np.unravel_index(place, order.shape)] = grey
        curve.append(float(answer_is_here(pixels[None])[0]))
    assert found.deletion == pytest.approx(np.trapezoid(curve, dx=1 / 120), abs=1e-9)


def test_only_the_order_of_the_map_counts():
    order = np.random.default_rng(3).random((10, 12))
    assert measure(answer_is_here, photo(), order) == measure(answer_is_here, photo(), np.exp(9 * order))


def test_an_answer_that_never_changes_has_the_areas_of_its_probability():
    found = measure(lambda photos: np.full(len(photos), 0.3), photo(), heat(1.0))
    assert (found.deletion, found.insertion) == (pytest.approx(0.3), pytest.approx(0.3))


@pytest.mark.parametrize("bad", [np.zeros((10, 11)), np.full((10, 12), np.nan)])
def test_a_map_that_does_not_go_with_the_photo_is_refused(bad):
    with pytest.raises(DataError, match="a map of"):
        measure(answer_is_here, photo(), bad)


@pytest.mark.parametrize("steps", [0, -1, 121])
def test_steps_without_a_pixel_are_refused(steps):
    with pytest.raises(DataError, match="steps"):
        measure(answer_is_here, photo(), heat(1.0), steps=steps)


@pytest.mark.slow
def test_explanations_of_real_photos_beat_maps_that_know_nothing_of_them(data, monkeypatch):
    """The figures are in benchmarks/results/faithfulness.md; here with a third of the photos, and a margin."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2])
    from benchmarks import faithfulness as benchmark
    from fashionkit.explain import Explainer
    from fashionkit.images import fit, read
    from fashionkit.runtime import Model

    explainer, model = Explainer.load(), Model.load()
    photos = [fit(read(path), model.rule) for path in benchmark.photos_of(data / "clothing", 90)]
    for ask in (
        lambda explainer, pixels: explainer.category(pixels),
        lambda explainer, pixels: explainer.attribute(pixels, "sleeve"),
    ):
        ours, centre, random = (
            np.mean([each.gain for each in found])
            for found in zip(*islice(benchmark.measured(explainer, model, photos, ask), 20), strict=True)
        )
        assert ours > random + 0.1
        assert ours > centre + 0.02
