from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from fashionkit.demo.garments import DrawnGarment, draw_wardrobe
from fashionkit.demo.garments.collection import DESIGNS
from fashionkit.errors import ConfigError
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light

SIZE = 128


@pytest.fixture(scope="module")
def wardrobe() -> list[DrawnGarment]:
    return draw_wardrobe(SIZE)


def test_it_is_a_catalogue_that_outfits_can_be_made_of(wardrobe):
    kinds = [garment.kind for garment in wardrobe]
    assert 28 <= len(wardrobe) <= 40
    for kind, least in {"tops": 8, "bottoms": 6, "dresses": 3, "outerwear": 3, "footwear": 3, "bags": 2}.items():
        assert kinds.count(kind) >= least
    assert len({garment.name for garment in wardrobe}) == len(wardrobe)


def test_labels_and_kinds_are_the_taxonomys(wardrobe):
    taxonomy = Taxonomy.load()
    for garment in wardrobe:
        assert taxonomy.kind_of(garment.label) == garment.kind


def test_pictures_are_portraits_of_the_size_that_was_asked_for(wardrobe):
    for garment in wardrobe:
        assert garment.pixels.shape == (SIZE, SIZE * 3 // 4, 3)
        assert garment.pixels.dtype == np.uint8
        assert garment.pixels.flags.c_contiguous


def test_the_ground_is_near_white_and_nothing_is_cut_off(wardrobe):
    for garment in wardrobe:
        inner = np.zeros(garment.pixels.shape[:2], bool)
        inner[2:-2, 2:-2] = True
        rim = garment.pixels[~inner]
        assert rim.min() > 215, garment.name


def test_each_garment_fills_a_sensible_share_and_has_light_and_shade(wardrobe):
    for garment in wardrobe:
        paper = garment.pixels[:3].reshape(-1, 3).astype(int).mean(axis=0)
        far = np.abs(garment.pixels.astype(int) - paper).max(axis=2)
        assert 0.05 < (far > 12).mean() < 0.75, garment.name
        assert garment.pixels[far > 12].std() > 6, garment.name


def test_the_same_seed_draws_the_same_bytes_and_another_seed_others(wardrobe, monkeypatch):
    monkeypatch.setattr("fashionkit.demo.garments.wardrobe.DESIGNS", DESIGNS[::9])
    again, other = draw_wardrobe(np.int64(SIZE)), draw_wardrobe(SIZE, seed=1)
    for first, second, third in zip(wardrobe[::9], again, other, strict=True):
        assert (first.name, first.kind, first.label) == (third.name, third.kind, third.label)
        assert np.array_equal(first.pixels, second.pixels), first.name
        assert not np.array_equal(first.pixels, third.pixels), first.name


def test_garments_differ_from_each_other(wardrobe):
    flat = np.stack([garment.pixels.reshape(-1).astype(np.float32) for garment in wardrobe])
    apart = np.abs(flat[:, None, ::7] - flat[None, :, ::7]).mean(axis=2)
    assert apart[~np.eye(len(wardrobe), dtype=bool)].min() > 2


def test_a_garment_is_frozen(wardrobe):
    with pytest.raises(dataclasses.FrozenInstanceError):
        wardrobe[0].name = "rag"


@pytest.mark.parametrize("size", [0, -480, 95, 1001, 10**12, 480.0, float("nan"), "480", None, True])
def test_bad_sizes_are_refused(size):
    with pytest.raises(ConfigError, match=r"as the size .*: give a whole number of pixels, 96 to 1000"):
        draw_wardrobe(size)


@pytest.mark.parametrize("seed", [-1, 1.5, "0", None, False])
def test_bad_seeds_are_refused(seed):
    with pytest.raises(ConfigError, match=r"as the seed .*: give a whole number, 0 or more"):
        draw_wardrobe(SIZE, seed)
