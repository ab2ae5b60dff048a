import threading
import time

import numpy as np
import pytest

from fashionkit import InputRule
from fashionkit.training.load_photos import PhotoBatch, ahead, load_batch

pytestmark = pytest.mark.light
RULE = InputRule(size=(4, 6))


def batch_of(number: int) -> PhotoBatch:
    return PhotoBatch(np.full((1, 1, 1, 3), number, np.uint8), np.ones(1, bool))


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_come_in_order(threads):
    def make(number: int) -> PhotoBatch:
        time.sleep(0.002 * (number % 3))
        return batch_of(number)

    assert [int(batch.pixels.max()) for batch in ahead(range(20), make, threads)] == list(range(20))


def test_no_more_are_made_than_may_wait():
    made = []
    batches = ahead(range(100), lambda number: made.append(number) or batch_of(number), 2)
    next(batches)
    time.sleep(0.05)
    assert len(made) <= 4
    batches.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("fashionkit-photos")]


def test_an_error_comes_where_its_batch_would():
    def make(number: int) -> PhotoBatch:
        if number == 2:
            raise ValueError("no")
        return batch_of(number)

    batches = ahead(range(5), make, 2)
    assert [int(next(batches).pixels.max()) for _ in range(2)] == [0, 1]
    with pytest.raises(ValueError, match="no"):
        next(batches)


def test_photos_are_fitted_and_changed():
    photos = [np.full((9, 9), grey, np.uint8) for grey in (10, 20)]
    batch = load_batch(photos, RULE, lambda pixels, place: pixels + np.uint8(place))
    assert batch.pixels.shape == (2, 4, 6, 3)
    assert batch.pixels[:, 0, 0, 0].tolist() == [10, 21]


def test_a_photo_that_cannot_be_read_is_white_and_said():
    with pytest.warns(UserWarning, match=r"bytes \(3 bytes\).*it is passed over"):
        batch = load_batch([b"abc", np.zeros((2, 2), np.uint8)], RULE, lambda pixels, _: pixels)
    assert batch.readable.tolist() == [False, True]
    assert (batch.pixels[0] == 255).all()
