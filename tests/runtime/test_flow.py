from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import ImageError
from fashionkit.runtime.flow import Flow

pytestmark = pytest.mark.light

PIXELS = np.zeros((2, 2, 3), np.uint8)


def flow(fit=lambda photo: np.full((2, 2, 3), photo, np.uint8), answer=None, *, on_cpu=True):
    answer = answer or (lambda batch: [int(pixels[0, 0, 0]) for pixels in batch])
    return Flow(fit, answer, threads=2, batch_size=3, on_cpu=on_cpu)


@pytest.mark.parametrize("on_cpu", [True, False])
def test_answers_come_in_order(on_cpu):
    assert list(flow(on_cpu=on_cpu).results(range(100))) == list(range(100))


@pytest.mark.parametrize("on_cpu", [True, False])
def test_a_failure_comes_after_the_answers_before_it(on_cpu):
    def fit(photo):
        if photo == 7:
            raise MemoryError("no room")
        return np.full((2, 2, 3), photo, np.uint8)

    found = []
    with pytest.raises(MemoryError, match="no room"):
        found.extend(flow(fit, on_cpu=on_cpu).results(range(50)))
    assert found == list(range(7))


@pytest.mark.parametrize("on_cpu", [True, False])
def test_a_failure_of_a_batch_is_that_of_its_photos(on_cpu):
    def answer(batch):
        values = [int(pixels[0, 0, 0]) for pixels in batch]
        if 9 in values:
            raise OSError("gone")
        return values

    found = []
    with pytest.raises(OSError, match="gone"):
        found.extend(flow(answer=answer, on_cpu=on_cpu).results(range(50)))
    assert found == list(range(len(found)))
    assert len(found) <= 9


@pytest.mark.parametrize("on_cpu", [True, False])
def test_what_cannot_be_read_goes_to_no_batch(on_cpu):
    batches = []

    def answer(batch):
        batches.append(len(batch))
        return [0] * len(batch)

    def fit(photo):
        return PIXELS if photo % 2 else ImageError(str(photo), "even")

    found = list(flow(fit, answer, on_cpu=on_cpu).results(range(40)))
    assert [isinstance(each, ImageError) for each in found] == [place % 2 == 0 for place in range(40)]
    assert sum(batches) == 20
    assert 0 not in batches
