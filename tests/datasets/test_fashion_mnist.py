from __future__ import annotations

import gzip
import pickle
import tracemalloc

import numpy as np
import pytest

from fashionkit import load_image
from fashionkit.datasets import open_data, splits_of
from fashionkit.datasets.fashion_mnist import LABELS
from fashionkit.errors import DataError

pytestmark = pytest.mark.light


def idx(array: np.ndarray) -> bytes:
    sizes = b"".join(size.to_bytes(4) for size in array.shape)
    return b"\0\0\x08" + bytes([array.ndim]) + sizes + array.astype(np.uint8).tobytes()


def images(n: int) -> np.ndarray:
    return np.random.default_rng(n).integers(0, 256, (n, 28, 28))


@pytest.fixture
def folder(tmp_path, write):
    write("train-images-idx3-ubyte.gz", gzip.compress(idx(images(12))))
    write("train-labels-idx1-ubyte.gz", gzip.compress(idx(np.arange(12) % 10)))
    write("t10k-images-idx3-ubyte", idx(images(3)))
    write("t10k-labels-idx1-ubyte", idx(np.array([9, 0, 3])))
    return tmp_path


def test_both_splits_are_read_gzipped_or_not(folder):
    assert splits_of(folder) == ("train", "test")
    train, test = open_data(folder, "train"), open_data(folder, "test")
    assert (train.name, len(train), test.labels_of("category")) == (
        "fashion-mnist",
        12,
        ["Ankle boot", LABELS[0], "Dress"],
    )
    assert np.array_equal(np.stack([photo.photo for photo in train]), images(12))
    assert [photo.id for photo in test] == ["test/00000", "test/00001", "test/00002"]
    assert [photo.id for photo in open_data(folder)] == [photo.id for photo in (*train, *test)]


def test_photos_are_what_tasks_take_and_cannot_be_changed(folder):
    photo = open_data(folder, "test")[0].photo
    assert load_image(photo).shape == (28, 28, 3)
    with pytest.raises(ValueError, match="read-only"):
        photo[0, 0] = 1
    assert np.array_equal(pickle.loads(pickle.dumps(photo)), photo)


WHOLE = idx(images(3))


@pytest.mark.parametrize(
    ("name", "contents", "reason"),
    [
        ("images-idx3-ubyte", WHOLE[:-1], "fewer bytes than the 2,352"),
        ("images-idx3-ubyte", WHOLE + b"\0", "more bytes than the 2,352"),
        ("images-idx3-ubyte", WHOLE[:10], "no IDX file"),
        ("images-idx3-ubyte", b"", "no IDX file"),
        ("images-idx3-ubyte", b"\0\0\x0d\x03" + WHOLE[4:], "no IDX file"),
        ("images-idx3-ubyte", b"\0\0\x08\x03" + b"\xff" * 12, "claims 79,228,162,458"),
        ("images-idx3-ubyte", idx(np.zeros((3, 0, 28))), "no pixels"),
        ("images-idx3-ubyte", idx(images(2)), "3 labels for 2 images"),
        ("labels-idx1-ubyte", idx(np.array([0, 10, 1])), "a label is 10"),
        ("labels-idx1-ubyte", idx(images(1)), "no IDX file of bytes in 1 dimensions"),
    ],
)
def test_damaged_files_are_refused(folder, write, name, contents, reason):
    write(f"t10k-{name}", contents)
    with pytest.raises(DataError) as caught:
        open_data(folder)
    assert reason in str(caught.value)
    assert name in str(caught.value) or " for " in reason


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-20], lambda data: b"no gzip", lambda data: data[:30] + b"\xff" * 40]
)
def test_damaged_gzip_is_refused(folder, damage):
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match="train-images"):
        open_data(folder)


def test_a_bomb_is_not_unpacked(folder, write):
    """Sixteen megabytes of zeros in a few kilobytes: no more is read than the header claims."""
    write("train-images-idx3-ubyte.gz", gzip.compress(idx(images(1)) + bytes(1 << 24)))
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match="more bytes than the 784"):
            open_data(folder)
        assert tracemalloc.get_traced_memory()[1] < 1 << 23
    finally:
        tracemalloc.stop()


def test_labels_that_are_missing_are_named(folder):
    (folder / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="t10k-labels-idx1-ubyte"):
        open_data(folder)
