from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import EngineError
from fashionkit.heads import checked_raw, get, reads_sets

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (np.zeros((2, 2)), "N×3 raw outputs and was given 2×2"),
        (np.zeros(3), "was given 3"),
        (np.zeros((1, 3, 1)), "was given 1×3×1"),
        (np.array([[0, np.nan, 0]]), "NaN or infinite"),
        (np.array([[0, 0, 0], [0, 0, -np.inf]]), "NaN or infinite"),
    ],
)
def test_what_cannot_be_read_is_refused(raw, reason):
    with pytest.raises(EngineError, match=f"toy head.*{reason}|{reason}.*toy head"):
        checked_raw(raw.astype(np.float32), 3, "toy")


def test_what_can_be_read_comes_back_as_it_is():
    for raw in (np.zeros((0, 3), np.float32), np.full((2, 3), 3e38, np.float32)):
        assert checked_raw(raw, 3, "toy") is raw


def test_only_a_set_head_can_pack():
    assert reads_sets(get("outfit").spec_class())
    assert reads_sets(get("outfit").spec_class().example())
    assert not reads_sets(get("category").spec_class())
