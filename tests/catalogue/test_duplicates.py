from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.catalogue import duplicates as duplicates_module
from fashionkit.catalogue.duplicates import near_groups
from fashionkit.catalogue.entries import unit_vectors
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light

numbers = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])
vectors = st.lists(st.lists(numbers, min_size=3, max_size=3).filter(any), max_size=40)


def naive_groups(rows: np.ndarray, threshold: float) -> list[list[int]]:
    """Walks from row to row over all pairs that reach the threshold."""
    exact = rows.astype(float)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    near = (exact @ exact.T).astype(np.float32) >= np.float32(threshold)
    groups, seen = [], set()
    for start in range(len(rows)):
        group, waiting = set(), [start]
        while waiting and start not in seen:
            place = waiting.pop()
            group.add(place)
            waiting += [other for other in np.flatnonzero(near[place]).tolist() if other not in group]
        seen |= group
        if len(group) > 1:
            groups.append(sorted(group))
    return groups


@settings(deadline=None)
@given(vectors, st.sampled_from([0.05, 0.5, 0.75, 0.9, 1.0]), st.sampled_from([1, 3, 8]), st.sampled_from([1, 5]))
def test_equals_a_walk_over_all_pairs(rows, threshold, block, pairs):
    given_rows = unit_vectors(np.array(rows).reshape(-1, 3), 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates_module, "ROWS_AT_A_TIME", block)
        patch.setattr(duplicates_module, "PAIRS_AT_A_TIME", pairs)
        found = near_groups(given_rows, threshold)
    assert [group.tolist() for group in found] == naive_groups(given_rows, threshold)


def test_cosines_beside_the_threshold_are_told_apart():
    random = np.random.default_rng(0)
    base = unit_vectors(random.standard_normal((1, 200)), 200)[0].astype(float)
    other = random.standard_normal(200)
    other -= (other @ base) * base
    other /= np.linalg.norm(other)
    for offset in (-3e-7, -1e-7, 1e-7, 3e-7):
        cosine = 0.9 + offset
        pair = np.stack([base, cosine * base + np.sqrt(1 - cosine**2) * other]).astype(np.float32)
        assert [group.tolist() for group in near_groups(pair, 0.9)] == naive_groups(pair, 0.9)


def test_a_long_chain_and_a_large_group():
    angles = np.arange(3000) * 0.002
    chain = unit_vectors(np.stack([np.cos(angles[::-1]), np.sin(angles[::-1])], axis=1), 2)
    (group,) = near_groups(chain, float(np.cos(0.0021)))
    assert group.tolist() == list(range(3000))
    assert near_groups(chain[::2], float(np.cos(0.0021))) == []
    (equal,) = near_groups(np.tile(chain[:1], (3000, 1)), 1.0)
    assert len(equal) == 3000


def test_ids_of_nearly_the_same_items(filled):
    assert filled.duplicates() == []
    filled.add(["z", "e"], [[1.0, 0.01, 0], [0, 0, 7.0]], [{"year": 2020}, {}])
    assert filled.duplicates() == [["a", "z"], ["c", "e"]]
    assert filled.duplicates(1.0) == [["c", "e"]]
    assert filled.duplicates(0.5) == [["a", "b", "d", "z"], ["c", "e"]]
    assert filled.duplicates(where={"year": 2020}) == [["a", "z"]]
    assert filled.duplicates(where={"year": 1999}) == []


def test_an_empty_catalogue_has_none(catalogue):
    assert catalogue.duplicates() == []
    assert catalogue.duplicates(where={"a": 1}) == []


def test_others_write_meanwhile_and_what_they_remove_is_left_out(filled, monkeypatch):
    filled.add(["e", "f", "g"], [[0, 0, 1.0], [0, 0, 2.0], [1.0, 0, 0]])

    def compare(*given):
        # From another thread, which would wait for ever if the catalogue were held meanwhile.
        writer = threading.Thread(target=lambda: (filled.remove(["f", "g"]), filled.add(["e2"], [[0, 0, 1.0]])))
        writer.start()
        writer.join(timeout=60)
        assert not writer.is_alive()
        return near_groups(*given)

    monkeypatch.setattr("fashionkit.catalogue.catalogue.near_groups", compare)
    assert filled.duplicates() == [["c", "e"]]
    monkeypatch.undo()
    assert filled.duplicates() == [["c", "e", "e2"]]


@pytest.mark.parametrize("threshold", [0, -0.5, 1.01, float("nan"), "0.9", None, True])
def test_a_threshold_that_is_refused(filled, threshold):
    with pytest.raises(CatalogueError, match=r"threshold is .*; give a cosine above 0 and at most 1"):
        filled.duplicates(threshold)
