"""Fashion-MNIST (Xiao et al. 2017) in its published IDX files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets.fault import OnFault
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.whole_set import WholePhotos
from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line

NAME = "fashion-mnist"
LABELS = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""In the order of their numbers, as published."""

_PARTS = {"train": "train", "test": "t10k"}
# Of unsigned bytes in 1 and in 3 dimensions.
_MAGIC = {1: b"\0\0\x08\x01", 3: b"\0\0\x08\x03"}
MOST_BYTES = 1 << 28
"""More than five times what the train split takes: a header that claims more is not believed."""


def is_here(folder: Path) -> bool:
    """Whether the images of a split lie in a folder."""
    return any(_file(folder, f"{part}-images-idx3-ubyte").is_file() for part in _PARTS.values())


def read_fashion_mnist(folder: Path, on_fault: OnFault) -> WholePhotos:  # noqa: ARG001  # as every reader
    """Both splits, or the one that is there; each photo is 28×28 uint8, grey, and cannot be written to.

    Raises:
        DataError: A file is damaged or of another size than its header says, the files of a split do not belong
            together, or a label is none of the ten.
    """
    photos: list[tuple[str, LabelledPhoto]] = []
    for split, part in _PARTS.items():
        images_file, labels_file = (
            _file(folder, f"{part}-images-idx3-ubyte"),
            _file(folder, f"{part}-labels-idx1-ubyte"),
        )
        if images_file.is_file():
            images, labels = read_idx(images_file, 3), read_idx(labels_file, 1)
            _check(images, labels, images_file, labels_file)
            photos += [(split, _photo(split, place, image, labels)) for place, image in enumerate(images)]
    return WholePhotos(NAME, folder, photos)


def read_idx(path: Path, dimensions: int) -> NDArray[np.uint8]:
    """The unsigned bytes of an IDX file, gzipped or not, as an array that cannot be written to.

    Args:
        path: The file.
        dimensions: How many it must have: 1 or 3.

    Raises:
        DataError: It cannot be read, is no such file, claims more than `MOST_BYTES`, or holds fewer or more bytes than
            it claims.
    """
    name = one_line(str(path))
    header = 4 + 4 * dimensions
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            begin = file.read(header)
            if begin[:4] != _MAGIC[dimensions] or len(begin) != header:
                raise DataError(f"{name}: no IDX file of bytes in {dimensions} dimensions; download it again")
            shape = tuple(int.from_bytes(begin[at : at + 4]) for at in range(4, header, 4))
            claimed = int(np.prod(shape, dtype=object))
            if claimed > MOST_BYTES:
                raise DataError(f"{name}: claims {claimed:,} bytes, more than the {MOST_BYTES:,} allowed")
            # One more than there should be, to see that there is none.
            data = file.read(claimed + 1)
    except OSError as error:
        raise DataError(f"{name}: cannot be read ({error.strerror or first_line(error)})") from error
    except (EOFError, zlib.error) as error:
        raise DataError(f"{name}: damaged ({first_line(error)}); download it again") from error
    if len(data) != claimed:
        fewer = "fewer" if len(data) < claimed else "more"
        raise DataError(f"{name}: {fewer} bytes than the {claimed:,} that its header claims; download it again")
    return np.frombuffer(data, np.uint8).reshape(shape)


def _file(folder: Path, name: str) -> Path:
    plain = folder / name
    return plain if plain.is_file() else folder / f"{name}.gz"


def _check(images: NDArray[np.uint8], labels: NDArray[np.uint8], images_file: Path, labels_file: Path) -> None:
    name = one_line(str(labels_file))
    if len(images) != len(labels):
        raise DataError(f"{name}: {len(labels):,} labels for {len(images):,} images; take both from one download")
    if len(labels) and labels.max() >= len(LABELS):
        raise DataError(f"{name}: a label is {labels.max()}, and there are 0 to {len(LABELS) - 1}; download it again")
    if 0 in images.shape[1:]:
        raise DataError(f"{one_line(str(images_file))}: the images have no pixels; download it again")


def _photo(
    split: str, place: int, image: NDArray[np.uint8], labels: Sequence[int] | NDArray[np.uint8]
) -> LabelledPhoto:
    return LabelledPhoto(image, {"category": LABELS[labels[place]]}, id=f"{split}/{place:05}")
