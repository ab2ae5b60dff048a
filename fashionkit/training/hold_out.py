"""A part of the photos kept aside to judge by, where a data set has no such split."""

from __future__ import annotations

import hashlib

from fashionkit.datasets import DataSet, LabelledPhoto

SHARE = 0.1


def hold_out(data: DataSet, share: float = SHARE) -> tuple[DataSet, DataSet]:
    """Two parts of a data set: to learn from, and to judge by; always the same, and no group is cut.

    Args:
        data: With or without groups; a photo without one is alone.
        share: About how much of it is kept aside, between 0 and 1.

    >>> from pathlib import Path
    >>> photos = tuple(LabelledPhoto(f"{n}.jpg", group=f"product {n // 2}", id=str(n)) for n in range(100))
    >>> [len(part) for part in hold_out(DataSet("mine", "", photos, Path()))]
    [88, 12]
    """
    return data.only(lambda photo: _place(photo) >= share), data.only(lambda photo: _place(photo) < share)


def _place(photo: LabelledPhoto) -> float:
    """Where a group stands between 0 and 1: by its name alone, so that photos added later move no other."""
    name = f"group {photo.group}" if photo.group else f"photo {photo.id}"
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()) / 2**64
