from __future__ import annotations

import pytest

from fashionkit.errors import DataError
from fashionkit.metrics import commonest_answer, has_collapsed

pytestmark = pytest.mark.light


@pytest.mark.parametrize(("same", "collapsed"), [(96, False), (97, True), (100, True)])
def test_the_same_answer_for_nearly_all(same, collapsed):
    predicted = [3] * same + [0] * (100 - same)
    assert commonest_answer(predicted) == (3, same / 100)
    assert has_collapsed(predicted, [0, 1, 2, 3] * 25) is collapsed


def test_photos_that_are_all_alike_are_no_collapse():
    assert not has_collapsed([1] * 100, [1] * 98 + [0] * 2)
    assert has_collapsed([0] * 100, [1] * 98 + [0] * 2)


def test_nothing_is_refused():
    with pytest.raises(DataError):
        commonest_answer([])
