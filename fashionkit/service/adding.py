"""Photos into the catalogue, with what the model says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fashionkit.catalogue.entries import checked_ids, metadata_texts
from fashionkit.service.arriving import Upload
from fashionkit.service.problems import as_asked
from fashionkit.tasks import Retriever
from fashionkit.tasks.stored import Seen, to_store


class Adding:
    """Adds photos one by one; each is durable before it is confirmed.

    Args:
        retriever: Of the catalogue.
    """

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._question = to_store(retriever)

    def add(self, photo: Upload, name: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Adds a photo, in place of what has the same id.

        Args:
            photo: The photo.
            name: Its id.
            metadata: What is known of it; `kind` and `category` are what the model says, where they are not given.

        Returns:
            What is stored with it.

        Raises:
            Problem: 422, the id or the metadata are none that a catalogue can hold.
            ImageError: The photo cannot be read.
            CatalogueError: The catalogue cannot be written.
        """
        with as_asked():
            metadata_texts([metadata], checked_ids([name]))
        seen: Seen = self._question.ask(photo)
        stored = {**seen.known, **metadata}
        self._retriever.add(vectors=seen.vector, ids=name, metadata=stored)
        return stored
