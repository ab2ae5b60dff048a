"""What an index takes in when it is asked, and what it reads from the file instead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.catalogue import Catalogue, waiting
from fashionkit.catalogue.store import Change, Store
from fashionkit.catalogue.waiting import Waiting

pytestmark = pytest.mark.light
DIMENSION = 8


def change(before, removed=(), added=()):
    return Change(before, before + 1, np.array(removed, np.int64), np.array(added, np.int64))


def rows(count):
    return np.eye(count, DIMENSION, dtype=np.float32)


def test_changes_wait_in_order():
    wait = Waiting(5, rows=10)
    assert wait.until(5) == []
    first, second = change(5, added=[11, 12]), change(6, removed=[1, 2, 3])
    wait.put(first, rows(2))
    wait.put(second, rows(0))
    assert [each for each, _ in wait.until(7)] == [first, second]
    assert (wait.rows, wait.changed) == (9, 5)


def test_what_others_wrote_is_read_from_the_file():
    wait = Waiting(5, rows=10)
    wait.put(change(6, added=[12]), rows(1))
    assert wait.until(7) is None
    assert (wait.rows, wait.changed) == (10, 0)
    wait.put(change(5, added=[12]), rows(1))
    assert wait.until(7) is None
    assert len(wait.until(6)) == 1


def test_a_large_import_keeps_no_vectors(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_BYTES", rows(3).nbytes)
    wait = Waiting(0, rows=0)
    wait.put(change(0, added=[1, 2, 3]), rows(3))
    assert len(wait.until(1)) == 1
    wait.put(change(1, added=[4]), rows(1))
    wait.put(change(2, removed=[4]), rows(0))
    assert wait.until(3) is None
    assert wait._changes == []
    assert (wait.rows, wait.changed) == (3, 5)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(["add", "remove", "search", "other"]), st.integers(1, 5)), max_size=12),
    st.integers(0, 6),
)
def test_answers_are_those_of_a_catalogue_that_is_opened_anew(tmp_path_factory, steps, most):
    folder = tmp_path_factory.mktemp("c")
    draw, place = np.random.default_rng(0), 0
    query = np.ones((1, DIMENSION), np.float32)

    def found(catalogue):
        return [(hit.id, hit.score) for hit in catalogue.search(query, 100)[0]]

    with (
        pytest.MonkeyPatch.context() as patch,
        Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True) as catalogue,
    ):
        patch.setattr(waiting, "MOST_BYTES", most * 4 * DIMENSION)
        for step, count in [*steps, ("search", 1)]:
            if step == "remove":
                catalogue.remove([f"item-{each}" for each in draw.integers(0, place + 1, count)])
            elif step == "search":
                with Catalogue.open(folder) as anew:
                    assert found(catalogue) == found(anew)
                    assert catalogue.index_info().rows == len(anew)
            else:
                ids = [f"item-{each}" for each in range(place, place + count)]
                place += count - 1  # the next one replaces the last
                vectors = draw.standard_normal((count, DIMENSION))
                if step == "add":
                    catalogue.add(ids, vectors)
                else:
                    with Catalogue.open(folder) as other:
                        other.add(ids, vectors)


def test_what_is_added_bit_by_bit_is_not_read_again(tmp_path, monkeypatch):
    read = []
    with Catalogue.open(tmp_path, dimension=DIMENSION, fingerprint="f", create=True) as catalogue:
        monkeypatch.setattr(Store, "chunks_after", lambda *_: read.append(1))
        for place in range(DIMENSION):
            catalogue.add([f"item-{place}"], np.eye(DIMENSION)[place : place + 1])
            assert catalogue.search(np.eye(DIMENSION)[place : place + 1], 1)[0][0].id == f"item-{place}"
        catalogue.remove(["item-3"])
        assert catalogue.search(np.eye(DIMENSION)[3:4], 1)[0][0].id != "item-3"
    assert read == []
