"""Which photos a model learned from, so that nobody measures it on them by mistake.

A checkpoint keeps one hash a photo, in `seen.bin`: sorted, 8 bytes each, little-endian.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import ModelError
from fashionkit.images import Source

Hashes = NDArray[np.uint64]

SEEN = "seen.bin"
NOTHING: Hashes = np.empty(0, np.uint64)
UNKNOWN = 0
"""In place of a hash where a photo could not be read, or is of a kind that is gone once it was read."""

BEGINNING = 65_536
"""So many bytes of a photo are hashed beside its size: two photos do not share them, and large files cost no more."""


def hashes_of(photos: Sequence[Source]) -> Hashes:
    """One hash a photo, of its contents: the same wherever it lies and whatever it is called; 0 is unknown.

    Args:
        photos: N paths, bytes or arrays.

    Returns:
        N uint64, in order.

    >>> grey, black = np.full((8, 8, 3), 99, np.uint8), np.zeros((8, 8, 3), np.uint8)
    >>> hashes = hashes_of([grey, black, grey, "missing.jpg"])
    >>> bool(hashes[0] == hashes[2]), bool(hashes[0] == hashes[1]), int(hashes[3])
    (True, False, 0)
    """
    with ThreadPoolExecutor(max_workers=4) as pool:
        return np.fromiter(pool.map(_hash, photos), np.uint64, len(photos))


def hashes_of_outfits(photos: Mapping[str, Source], outfits: Sequence[Collection[str]]) -> Hashes:
    """One hash an outfit, of the photos of its items in whatever order; 0 where one of them is unknown.

    Args:
        photos: By item, paths, bytes or arrays.
        outfits: N outfits, of items.

    Returns:
        N uint64, in order.

    >>> photos = {"shirt": np.zeros((8, 8, 3), np.uint8), "skirt": np.ones((8, 8, 3), np.uint8)}
    >>> one, same, other = hashes_of_outfits(photos, [("shirt", "skirt"), ("skirt", "shirt"), ("skirt",)])
    >>> bool(one == same), bool(one == other)
    (True, False)
    """
    used = sorted({item for outfit in outfits for item in outfit})
    known = dict(zip(used, hashes_of([photos.get(item, "") for item in used]).tolist(), strict=True))
    return np.fromiter((_of_items([known[item] for item in outfit]) for outfit in outfits), np.uint64, len(outfits))


def united(*several: Hashes) -> Hashes:
    """All hashes once, sorted, without what is unknown."""
    every: Hashes = np.unique(np.concatenate([NOTHING, *several]))
    known: Hashes = every[every != UNKNOWN]
    return known


def are_among(hashes: Hashes, seen: Hashes) -> NDArray[np.bool_]:
    """Which of N hashes are among those of a model; an unknown one is not."""
    among: NDArray[np.bool_] = np.isin(hashes, seen) & (hashes != UNKNOWN)
    return among


def write_seen(folder: Path, seen: Hashes) -> None:
    """Writes the file of a checkpoint folder; none where the model has seen nothing."""
    if len(seen):
        (folder / SEEN).write_bytes(united(seen).astype("<u8").tobytes())


def read_seen(folder: Path) -> Hashes:
    """The hashes that a checkpoint folder keeps; none where it keeps none.

    Raises:
        ModelError: The file cannot be read, or is cut off.
    """
    try:
        data = (folder / SEEN).read_bytes()
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        raise ModelError(f"{folder / SEEN}: cannot be read: {error.strerror}") from error
    if len(data) % 8:
        raise ModelError(f"{folder / SEEN}: {len(data):,} bytes are no hashes of 8 bytes; copy the checkpoint again")
    return np.frombuffer(data, "<u8").astype(np.uint64)


def _of_items(hashes: Sequence[int]) -> np.uint64:
    if UNKNOWN in hashes:
        return np.uint64(UNKNOWN)
    return _number(np.array(sorted(hashes), "<u8").tobytes(), b"outfit")


def _hash(photo: Source) -> np.uint64:
    if isinstance(photo, np.ndarray):
        pixels = np.ascontiguousarray(photo)
        return _number(pixels.tobytes(), f"{pixels.shape} {pixels.dtype}".encode())
    if isinstance(photo, bytes | bytearray | memoryview):
        return _number(bytes(photo[:BEGINNING]), str(len(photo)).encode())
    if not isinstance(photo, str | os.PathLike):
        return np.uint64(UNKNOWN)
    try:
        with Path(photo).open("rb") as file:
            return _number(file.read(BEGINNING), str(os.fstat(file.fileno()).st_size).encode())
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return np.uint64(UNKNOWN)


def _number(data: bytes, beside: bytes) -> np.uint64:
    digest = hashlib.blake2b(data, digest_size=8, key=hashlib.sha256(beside).digest()).digest()
    return np.uint64(int.from_bytes(digest, "little") or 1)
