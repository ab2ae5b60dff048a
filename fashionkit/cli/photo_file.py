"""What is kept of a photo's file, so that it is read again only when it has changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

MODIFIED, SIZE, CONTENT = "modified_ns", "bytes", "content"
FILE_KEYS = (MODIFIED, SIZE, CONTENT)
"""The names of all of it in the metadata."""

# Half of what is usual: no two photos share 128 bits by chance, and nobody gains by making two that do.
DIGEST_BYTES = 16
# Reading waits for the disk, and hashing lets other threads run meanwhile.
THREADS = 4


@dataclass(frozen=True)
class PhotoFile:
    """A file as it was at a moment.

    Attributes:
        modified: When it was last written, in ns.
        size: In bytes.

    >>> PhotoFile(modified=7, size=3).was({"modified_ns": 7, "bytes": 3})
    True
    """

    modified: int
    size: int

    def was(self, known: Mapping[str, Any]) -> bool:
        """Whether metadata are of this moment; quick, and wrong only for who sets a time back on purpose."""
        return known.get(MODIFIED) == self.modified and known.get(SIZE) == self.size

    def to_metadata(self, content: str) -> dict[str, Any]:
        """What is stored with the photo."""
        return {MODIFIED: self.modified, SIZE: self.size, CONTENT: content}


def look_at(photo: str) -> PhotoFile | None:
    """The file as it is now; None where it is gone or may not be looked at."""
    try:
        found = os.stat(photo)  # noqa: PTH116  # a million times: Path would take twice as long
    except (OSError, ValueError):
        return None
    return PhotoFile(found.st_mtime_ns, found.st_size)


def contents_of(photos: Sequence[str]) -> list[str | None]:
    """A hash of each file's content, BLAKE2b in hexadecimal digits; None where it cannot be read."""
    with ThreadPoolExecutor(THREADS, thread_name_prefix="fashionkit-hash") as pool:
        return list(pool.map(_content, photos))


def _content(photo: str) -> str | None:
    try:
        with open(photo, "rb") as file:  # noqa: PTH123  # as above
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=DIGEST_BYTES)).hexdigest()
    except (OSError, ValueError):
        return None
