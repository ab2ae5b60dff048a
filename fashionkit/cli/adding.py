"""From a folder of photos into a catalogue."""

from __future__ import annotations

import os
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from fashionkit.catalogue.entries import checked_ids
from fashionkit.cli.exits import tell
from fashionkit.cli.photo_file import CONTENT, contents_of, look_at
from fashionkit.cli.progress import Count
from fashionkit.errors import CatalogueError, ImageError
from fashionkit.images import heif_in, photos_in
from fashionkit.tasks import Retriever
from fashionkit.tasks.stored import Seen, to_store

# Each portion is durable before the next is begun; larger ones would lose more to an interruption.
PORTION = 256
# The catalogue is asked for so many photos at once whether they are in.
ASKED_AT_A_TIME = 512


class Due(NamedTuple):
    """A photo that is to be read, and what is stored of its file: nothing where that could not be read."""

    photo: str
    file: dict[str, Any]


def find_photos(folder: str) -> list[str]:
    """The photos of a folder and its folders, in the order of their paths.

    The paths are absolute and the same however the folder is given: `photos`, `../shop/photos` or a link to it. HEIF
    photos are left out, and it is told how many.

    Raises:
        DataError: There is no such folder, or no photo is in it.
    """
    found = photos_in(folder)
    if left_out := heif_in(folder):
        tell(f"note: HEIF photos are left out ({left_out:,}); convert them to JPEG")
    root = Path(folder).resolve()
    for place, path in enumerate(found):
        # In place: of a million paths there need not be two lists.
        found[place] = os.path.join(root, path)  # noqa: PTH118  # nor a million objects
    return found


def open_catalogue(folder: str, model: str) -> Retriever:
    """Opens a catalogue, or makes it; errors as for `Retriever.open`."""
    with warnings.catch_warnings():
        # To add is to ask for it, and what is in it in the end is said anyway.
        warnings.filterwarnings("ignore", message="made a new catalogue")
        return Retriever.open(folder, model=model, create=True)


class Adding:
    """Puts photos into a catalogue, portion by portion; what is in already and has not changed is not read again.

    Attributes:
        added: How many are in it for good by now.
        passed_over: How many were in already.
        failed: How many could not be added.
    """

    def __init__(self, retriever: Retriever) -> None:
        self.added = 0
        self.passed_over = 0
        self.failed = 0
        self._answered = 0
        self._retriever = retriever
        self._question = to_store(retriever)

    def add(self, photos: Sequence[str], progress: Count) -> Iterator[tuple[str, str]]:
        """Adds photos, in place of what has their paths as ids: all that can be read.

        Args:
            photos: Absolute paths; any number, of which few at a time are looked at.
            progress: Told how many are done, of how many, and how many of those were passed over.

        Yields:
            Each photo that could not be added, in order, and why.

        Raises:
            CatalogueError: The catalogue cannot be written; what went in before stays in.
            EngineError: The engine failed.
        """

        def told() -> None:
            progress(self.passed_over + self._answered, len(photos), self.passed_over)

        waiting: deque[Due] = deque()
        portion: dict[str, Seen] = {}
        for _, seen in self._question.stream(self._due(photos, waiting, told), on_error="return"):
            photo, file = waiting.popleft()
            self._answered += 1
            refused = seen.reason if isinstance(seen, ImageError) else _unfit_name(photo)
            if refused is None and not isinstance(seen, ImageError):
                portion[photo] = Seen(seen.vector, {**seen.known, **file})
            if len(portion) == PORTION:
                self._put(portion)
                portion = {}
            told()
            if refused is not None:
                self.failed += 1
                yield photo, refused
        self._put(portion)

    def _put(self, portion: dict[str, Seen]) -> None:
        if not portion:
            return
        vectors = np.stack([seen.vector for seen in portion.values()])
        self._retriever.add(ids=list(portion), vectors=vectors, metadata=[seen.known for seen in portion.values()])
        self.added += len(portion)

    def _due(self, photos: Iterable[str], waiting: deque[Due], told: Callable[[], None]) -> Iterator[str]:
        """Those of the photos that are to be read; each waits in `waiting`, as answers keep the order."""
        every = iter(photos)
        while asked := list(islice(every, ASKED_AT_A_TIME)):
            due = self._not_in_yet(asked)
            self.passed_over += len(asked) - len(due)
            told()
            for each in due:
                waiting.append(each)
                yield each.photo

    def _not_in_yet(self, photos: Sequence[str]) -> list[Due]:
        """Those that are not in the catalogue, or whose content has changed since they went in."""
        known = self._retriever.catalogue.known([photo for photo in photos if _unfit_name(photo) is None])
        # Before they are read: what changes meanwhile then differs from what is stored, and is read next time.
        files = {photo: look_at(photo) for photo in photos}
        changed = [
            photo for photo, file in files.items() if photo not in known or file is None or not file.was(known[photo])
        ]
        due: list[Due] = []
        touched: dict[str, dict[str, Any]] = {}
        for photo, content in zip(changed, contents_of(changed), strict=True):
            file = files[photo]
            state = {} if file is None or content is None else file.to_metadata(content)
            if photo in known and state and known[photo].get(CONTENT) == content:
                touched[photo] = {**known[photo], **state}
            else:
                due.append(Due(photo, state))
        self._note(touched)
        return due

    def _note(self, touched: Mapping[str, dict[str, Any]]) -> None:
        """Stores the new times of files whose content is what it was, so that they are not read through again."""
        if not touched:
            return
        try:
            vectors = self._retriever.catalogue.vectors(list(touched))
        except CatalogueError:
            # Another process has just removed one: then they are read through again next time.
            return
        self._retriever.add(ids=list(touched), vectors=vectors, metadata=list(touched.values()))


def _unfit_name(photo: str) -> str | None:
    try:
        checked_ids([photo])
    except CatalogueError as error:
        return str(error)
    return None
