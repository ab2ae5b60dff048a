from __future__ import annotations

import cv2
import numpy as np
import pytest

from fashionkit.training.background import plain_background, replaced

RED = (200, 30, 30)


def garment(ground=(255, 255, 255), colour=RED, noise=0, size=(120, 90)):
    """A shirt with sleeves before a plain ground, and where it is."""
    height, width = size
    shape = np.zeros(size, np.uint8)
    body = np.array(
        [
            [0.3, 0.2],
            [0.7, 0.2],
            [0.98, 0.6],
            [0.85, 0.65],
            [0.7, 0.4],
            [0.7, 0.9],
            [0.3, 0.9],
            [0.3, 0.4],
            [0.15, 0.65],
            [0.02, 0.6],
        ]
    ) * (width, height)
    cv2.fillPoly(shape, [body.astype(np.int32)], 1)
    photo = np.where(shape[..., None] > 0, colour, ground) + np.random.default_rng(0).normal(0, noise, (*size, 3))
    return np.clip(photo, 0, 255).astype(np.uint8), shape > 0


@pytest.mark.parametrize("ground", [(255, 255, 255), (0, 0, 0), (90, 120, 200)])
@pytest.mark.parametrize("noise", [0, 3])
@pytest.mark.parametrize("size", [(120, 90), (224, 224), (32, 32)])
def test_a_plain_background_is_found(ground, noise, size):
    photo, shape = garment(ground, noise=noise, size=size)
    found = plain_background(photo)
    assert found is not None
    assert found.dtype == bool
    assert (found != ~shape).mean() < 0.01


def test_after_jpeg_too():
    photo, shape = garment()
    coded = cv2.imdecode(cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 60])[1], cv2.IMREAD_COLOR)
    assert (plain_background(coded) != ~shape).mean() < 0.03


def test_what_the_garment_encloses_is_its_own():
    photo, _ = garment()
    photo[60:70, 40:50] = 255
    assert not plain_background(photo)[60:70, 40:50].any()


def test_dust_is_background():
    photo, _ = garment()
    photo[8:10, 8:10] = 0
    assert plain_background(photo)[8:10, 8:10].all()


@pytest.mark.parametrize(
    "photo",
    [
        np.random.default_rng(0).integers(0, 256, (90, 90, 3)).astype(np.uint8),
        np.full((90, 90, 3), 255, np.uint8),
        garment(colour=(250, 250, 245))[0],
        garment(colour=(245, 235, 238))[0],
        np.full((1, 1, 3), 9, np.uint8),
        np.full((1, 50, 3), 9, np.uint8),
        np.full((2, 2, 3), 9, np.uint8),
    ],
    ids=["noise", "empty", "white on white", "pale on white", "1x1", "1x50", "2x2"],
)
def test_where_it_is_not_clear_there_is_none(photo):
    assert plain_background(photo) is None


def test_a_gradient_is_not_plain():
    photo, shape = garment()
    ramp = np.linspace(0, 255, 90).astype(np.uint8)[None, :, None]
    assert plain_background(np.where(shape[..., None], photo, ramp)) is None


def test_the_garment_stays_and_the_ground_changes():
    photo, shape = garment()
    before = photo.copy()
    background = plain_background(photo)
    inside = cv2.erode(shape.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    for seed in range(8):
        changed = replaced(photo, background, np.random.default_rng(seed))
        assert changed.dtype == np.uint8
        assert changed.shape == photo.shape
        assert np.array_equal(changed[inside], photo[inside])
        assert (np.abs(changed[background].astype(int) - 255).max(axis=1) > 3).mean() > 0.5
    assert np.array_equal(photo, before)


def test_a_blurred_outline_keeps_no_halo_of_the_old_ground(monkeypatch):
    photo, _ = garment(colour=(10, 10, 10), size=(224, 224))
    soft = cv2.GaussianBlur(photo, (0, 0), 1.2)
    black = np.zeros((224, 224, 3), np.float32)
    monkeypatch.setattr("fashionkit.training.background._surface", lambda shape, draw: black)
    changed = replaced(soft, plain_background(soft), np.random.default_rng(3))
    # But for a few pixels deep in a corner, such as under an arm.
    assert (changed > 40).mean() < 0.002


def test_it_depends_on_the_generator_alone():
    photo, _ = garment()
    background = plain_background(photo)
    first, second, other = (replaced(photo, background, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, second)
    assert not np.array_equal(first, other)


def test_a_grey_photo_stays_grey():
    photo, _ = garment(ground=(0, 0, 0), colour=(180, 180, 180))
    changed = replaced(photo, plain_background(photo), np.random.default_rng(0))
    assert (changed == changed[..., :1]).all()
    assert not np.array_equal(changed, photo)
