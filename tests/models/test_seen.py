from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st
from hypothesis.extra.numpy import arrays

from fashionkit.errors import ModelError
from fashionkit.models.seen import (
    BEGINNING,
    NOTHING,
    SEEN,
    are_among,
    hashes_of,
    hashes_of_outfits,
    read_seen,
    united,
    write_seen,
)

pytestmark = pytest.mark.light
HASHES = arrays(np.uint64, st.integers(0, 20), elements=st.integers(0, 2**64 - 1))


def test_a_photo_is_known_by_its_contents(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"one")
    (tmp_path / "b.jpg").write_bytes(b"one")
    (tmp_path / "c.jpg").write_bytes(b"two")
    first, copy, other = hashes_of([tmp_path / "a.jpg", str(tmp_path / "b.jpg"), tmp_path / "c.jpg"])
    assert first == copy != other
    assert hashes_of([b"one"])[0] == first


def test_of_a_large_photo_the_beginning_and_the_size_count(tmp_path):
    for name, data in (("a", bytes(BEGINNING) + b"1"), ("b", bytes(BEGINNING) + b"2"), ("c", bytes(BEGINNING + 2))):
        (tmp_path / name).write_bytes(data)
    first, same, longer = hashes_of([tmp_path / name for name in "abc"])
    assert first == same != longer


def test_arrays_differ_by_shape_and_dtype_too():
    flat = np.zeros(12, np.uint8)
    hashes = hashes_of([flat.reshape(2, 2, 3), flat.reshape(1, 4, 3), flat.view(np.int8).reshape(2, 2, 3)])
    assert len(set(hashes.tolist())) == 3


@pytest.mark.parametrize("photo", ["missing.jpg", "a\0b", object(), None])
def test_what_cannot_be_read_is_unknown_and_among_nothing(photo):
    hashes = hashes_of([photo])
    assert hashes.tolist() == [0]
    assert not are_among(hashes, np.array([0, 1], np.uint64)).any()


@given(HASHES, HASHES)
def test_union_and_membership_are_those_of_sets(one, other):
    both = united(one, other)
    assert both.tolist() == sorted((set(one.tolist()) | set(other.tolist())) - {0})
    assert are_among(one, other).tolist() == [each in set(other.tolist()) - {0} for each in one.tolist()]


@given(st.lists(st.binary(min_size=1, max_size=4), min_size=1, max_size=6, unique=True), st.randoms())
def test_an_outfit_is_known_in_any_order_and_by_all_of_its_items(contents, chance):
    photos = {str(place): data for place, data in enumerate(contents)}
    mixed = chance.sample(list(photos), len(photos))
    one, same, fewer, unknown = hashes_of_outfits(photos, [list(photos), mixed, mixed[1:], [*mixed, "missing"]])
    assert one == same != 0
    assert fewer != one
    assert unknown == 0


def test_what_is_written_is_read(tmp_path):
    seen = np.array([5, 3, 2**63, 3], np.uint64)
    write_seen(tmp_path, seen)
    assert read_seen(tmp_path).tolist() == [3, 5, 2**63]


def test_nothing_is_no_file(tmp_path):
    write_seen(tmp_path, NOTHING)
    assert not list(tmp_path.iterdir())
    assert len(read_seen(tmp_path)) == 0


def test_a_file_that_is_cut_off_is_refused(tmp_path):
    (tmp_path / SEEN).write_bytes(b"12345")
    with pytest.raises(ModelError, match="no hashes of 8 bytes"):
        read_seen(tmp_path)
