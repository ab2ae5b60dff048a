"""What an index takes in when it is asked, and what it reads from the file instead."""

from __future__ import annotations

from functools import partial

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


def test_changes_are_merged():
    wait = Waiting(5, rows=10)
    assert [len(each) for each in wait.until(5)] == [0, 0, 0]
    wait.put(change(5, added=[11, 12]), rows(2))
    wait.put(change(6, removed=[1, 2, 11]), rows(0))
    wait.put(change(7, removed=[12], added=[13]), rows(3)[2:])
    gone, keys, vectors = wait.until(8)
    assert (gone.tolist(), keys.tolist(), vectors.tolist()) == ([1, 2, 11, 12], [13], rows(3)[2:].tolist())
    assert (wait.rows, wait.changed) == (9, 7)
    assert wait.until(7) is None


def test_what_others_wrote_is_read_from_the_file_and_the_rest_counts():
    wait = Waiting(5, rows=10)
    wait.put(change(5, added=[11]), rows(1))
    wait.put(change(7, added=[13]), rows(1))
    wait.put(change(8, added=[14, 15]), rows(2))
    assert wait.until(9) is None
    assert wait._changes is None
    assert (wait.rows, wait.changed, wait.too_many) == (14, 4, False)


def test_a_large_import_keeps_no_vectors(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_BYTES", 2 * waiting.BYTES_OF_A_CHANGE)
    wait = Waiting(0, rows=0)
    wait.put(change(0, added=[1, 2, 3]), rows(3))
    assert len(wait.until(1).keys) == 3
    wait.put(change(1, added=[4]), rows(1))
    wait.put(change(2, removed=[4]), rows(0))
    assert wait.until(3) is None
    assert wait._changes is None
    assert (wait.rows, wait.changed, wait.too_many) == (3, 5, True)


def test_removing_takes_room_and_removing_nothing_does_not(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_BYTES", 10 * waiting.BYTES_OF_A_CHANGE)
    wait = Waiting(0, rows=100)
    for _ in range(100):
        wait.put(Change(0, 0, np.empty(0, np.int64), np.empty(0, np.int64)), rows(0))
    assert wait._changes == []
    for revision in range(10):
        wait.put(change(revision, removed=[revision + 1]), rows(0))
    assert wait.too_many


class Interrupted(Change):
    """A change whose arrays are asked for a number of times before somebody presses Ctrl-C."""

    left = 0

    def __getattribute__(self, name):
        if name in ("added", "removed", "after"):
            if Interrupted.left == 0:
                raise KeyboardInterrupt
            Interrupted.left -= 1
        return super().__getattribute__(name)


@pytest.mark.parametrize("left", range(8))
def test_what_an_interrupt_lost_is_read_from_the_file(left):
    wait = Waiting(0, rows=0)
    wait.put(change(0, added=[1]), rows(1))
    Interrupted.left = 100
    lost = Interrupted(1, 2, np.empty(0, np.int64), np.array([2]))
    Interrupted.left = left
    with pytest.raises(KeyboardInterrupt):
        wait.put(lost, rows(1))
    wait.put(change(2, added=[3]), rows(1))
    assert wait.until(3) is None


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
        patch.setattr(waiting, "MOST_BYTES", most * waiting.BYTES_OF_A_CHANGE)
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


def counted(steps, way, *asked):
    steps.append(way)
    return way(*asked)


def test_many_small_changes_are_taken_in_at_once(tmp_path, monkeypatch):
    with Catalogue.open(tmp_path, dimension=DIMENSION, fingerprint="f", create=True) as catalogue:
        catalogue.add(["a", "b", "c"], np.eye(3, DIMENSION))
        assert len(catalogue.search(np.eye(1, DIMENSION), 9)[0]) == 3
        index, steps = catalogue._index._index, []
        for name in ("add", "remove"):
            monkeypatch.setattr(index, name, partial(counted, steps, getattr(index, name)))
        for turn in range(30):
            catalogue.add(["a"], np.eye(DIMENSION)[turn % DIMENSION][None])
        catalogue.remove(["b"])
        (hits,) = catalogue.search(np.eye(DIMENSION)[29 % DIMENSION][None], 9)
        assert [hit.id for hit in hits] == ["a", "c"]
        assert len(steps) == 2


def test_two_importers_that_never_search_both_know_how_much_came(tmp_path):
    with (
        Catalogue.open(tmp_path, dimension=DIMENSION, fingerprint="f", create=True) as one,
        Catalogue.open(tmp_path) as other,
    ):
        for turn in range(5):
            one.add([f"one-{turn}"], np.ones((1, DIMENSION)))
            other.add([f"other-{turn}"], np.ones((1, DIMENSION)))
        assert (one._index._waiting.rows, other._index._waiting.rows) == (5, 5)
        assert (
            len(one.search(np.ones((1, DIMENSION)), 99)[0]) == len(other.search(np.ones((1, DIMENSION)), 99)[0]) == 10
        )
