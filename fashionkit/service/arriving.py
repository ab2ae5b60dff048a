"""A photo as it comes, looked at before all of it is there."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from fashionkit.images import Limits
from fashionkit.service.claims import ENOUGH, is_photo, too_many_pixels, what_else
from fashionkit.service.problems import Problem

FILE = "file"
# From so many bytes on the header is looked at while the rest comes, and again whenever there is twice as much.
FIRST_LOOK = 64 * 1024


class Upload(bytes):
    """An encoded photo, and what the client calls it.

    Attributes:
        name: One printable line.
    """

    name: str = FILE


class Arriving:
    """Collects the bytes of one photo, and refuses them as soon as that can be known.

    Args:
        name: What messages call it, one printable line.
        limits: What it may claim.
        whole: How many bytes it may have at most.
    """

    def __init__(self, name: str, limits: Limits, whole: int) -> None:
        self._name = name
        self._limits = limits
        self._whole = whole
        self._content = bytearray()
        self._next_look = FIRST_LOOK

    def __len__(self) -> int:
        return len(self._content)

    def write(self, data: bytes) -> None:
        """Takes the next bytes.

        Raises:
            Problem: 415, they are the beginning of no photo.
        """
        before = len(self._content)
        self._content += data
        if before < ENOUGH <= len(self._content):
            self._check_format()

    async def look(self) -> None:
        """Looks at the header of what is large and still coming, in another thread.

        Raises:
            Problem: 413, it claims too many pixels.
        """
        if len(self._content) < self._next_look:
            return
        self._next_look = 2 * len(self._content)
        refused = await asyncio.to_thread(too_many_pixels, bytes(self._content), self._limits, self._whole)
        if refused is not None:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"{self._name}: {refused}")

    def ended(self) -> Upload:
        """All of it; an empty one is for whoever reads it to refuse.

        Raises:
            Problem: 415, it is no photo.
        """
        if 0 < len(self._content) < ENOUGH:
            self._check_format()
        photo = Upload(self._content)
        photo.name = self._name
        return photo

    def _check_format(self) -> None:
        beginning = bytes(self._content[:ENOUGH])
        if not is_photo(beginning):
            raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"{self._name}: {what_else(beginning)}")
