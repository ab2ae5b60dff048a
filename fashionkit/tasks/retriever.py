"""`Retriever`: what looks like it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import numpy as np

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.entries import checked_ids, distinct, metadata_texts
from fashionkit.config import positive_int
from fashionkit.errors import CatalogueError, ImageError, ModelError, first_line
from fashionkit.images import DEFAULT_LIMITS, Limits
from fashionkit.runtime import EngineOptions, Model, ModelSource
from fashionkit.tasks.asking import Question, Several, as_list

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fashionkit.images import Source
    from fashionkit.results import Hit

Metadata = Mapping[str, Any]


class Retriever:
    """Visual search over a catalogue: a folder that holds the vectors of photos and what is known of them.

        with Retriever.open("catalogue", model="models/mine", create=True) as retriever:
            retriever.add(["red.jpg", "blue.jpg"], metadata=[{"price": 20}, {"price": 30}])
            retriever.search("query.jpg", k=10, where={"price": 20})

    Every `add` and `remove` is durable when it returns.

    Attributes:
        model: The model that turns photos into vectors; loaded when the first photo comes.
        catalogue: Where the vectors are.
    """

    def __init__(self, catalogue: Catalogue, model: Model, head: str | None = None) -> None:
        self.model = model
        self.catalogue = catalogue
        self.head = model.head("embedding", head)
        self._question = Question(model, lambda outputs: model.vectors(self.head, outputs))

    @classmethod
    def open(
        cls,
        folder: str | os.PathLike[str],
        *,
        model: ModelSource = "default",
        create: bool = False,
        head: str | None = None,
        engine: str = "auto",
        device: str = "auto",
        precision: str = "auto",
        threads: int | None = None,
        limits: Limits = DEFAULT_LIMITS,
    ) -> Self:
        """Opens a catalogue with the model that its vectors are of.

        Args:
            folder: Where the catalogue is, or shall be.
            model: "default", the folder of a checkpoint, or `hf://owner/name`.
            create: Make the catalogue where there is none; a warning says so when it happens.
            head: Which embedding head, where the model has several.
            engine: As for `Classifier.load`.
            device: As for `Classifier.load`.
            precision: As for `Classifier.load`.
            threads: As for `Classifier.load`.
            limits: As for `Classifier.load`.

        Raises:
            CatalogueError: There is no catalogue and `create` is false, it is damaged, or its vectors are of another
                model.
            ModelError: The model cannot be loaded, has no embedding head, or is one in memory, which has no
                fingerprint to know its vectors by.
        """
        loaded = Model.load(model, EngineOptions(engine, device, precision, threads), limits)
        name = loaded.head("embedding", head)
        if name not in loaded.fingerprints:
            raise ModelError("a catalogue needs a saved model, to know later whose vectors it holds; save it first")
        catalogue = Catalogue.open(
            folder, dimension=loaded.specs[name].width, fingerprint=loaded.fingerprints[name], create=create
        )
        if catalogue.created:
            warnings.warn(f"made a new catalogue in {catalogue.folder}", stacklevel=2)
        return cls(catalogue, loaded, name)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self.catalogue.dimension

    @overload
    def add(
        self,
        photos: Source | Several | None = None,
        ids: str | Sequence[str] | None = None,
        metadata: Metadata | Sequence[Metadata] | None = None,
        *,
        vectors: ArrayLike | None = None,
        on_error: Literal["raise"] = "raise",
    ) -> list[str]: ...
    @overload
    def add(
        self,
        photos: Source | Several | None = None,
        ids: str | Sequence[str] | None = None,
        metadata: Metadata | Sequence[Metadata] | None = None,
        *,
        vectors: ArrayLike | None = None,
        on_error: Literal["return"],
    ) -> list[str | ImageError]: ...
    def add(
        self,
        photos: Source | Several | None = None,
        ids: str | Sequence[str] | None = None,
        metadata: Metadata | Sequence[Metadata] | None = None,
        *,
        vectors: ArrayLike | None = None,
        on_error: Literal["raise", "return"] = "raise",
    ) -> list[Any]:
        """Adds items, or replaces those with the same ids: all of the call or, where it raises, none.

        Args:
            photos: A photo, or a list of them; or give `vectors` instead.
            ids: One for each, all different; where left out, the paths of the photos as they were given.
            metadata: What is known of each, as dicts that JSON can hold.
            vectors: n×dimension, of this model; brought to length 1.
            on_error: What a photo that cannot be read does: "raise" its `ImageError` and add nothing, or "return" it
                in its place and add the others.

        Returns:
            The id of each item, or with "return" the `ImageError` of a photo that could not be read.

        Raises:
            CatalogueError: Lengths differ, an id is missing or given twice, a vector or metadata is unfit, or the disk
                refuses.
            ImageError: With "raise", for the first photo that cannot be read.
        """
        if (photos is None) == (vectors is None):
            raise CatalogueError("add() takes photos or vectors=, one of the two")
        given = as_list(photos) if vectors is None else _rows(vectors)
        names = _names(given, ids)
        known = None if metadata is None else _aligned(metadata, given, "metadata")
        # What is wrong with these is said before hours of reading photos, not after.
        if ids is not None:
            distinct(checked_ids(names))
        metadata_texts(known, names)
        embedded: list[Any] = self._question.ask(given, on_error) if vectors is None else given
        kept = [place for place, vector in enumerate(embedded) if not isinstance(vector, ImageError)]
        if kept:
            self.catalogue.add(
                [names[place] for place in kept],
                np.stack([embedded[place] for place in kept]),
                None if known is None else [known[place] for place in kept],
            )
        return [
            vector if isinstance(vector, ImageError) else name for name, vector in zip(names, embedded, strict=True)
        ]

    def remove(self, ids: str | Sequence[str]) -> int:
        """Removes items; those that are not there are no error. Gives how many were there.

        Raises:
            CatalogueError: An id is not a str, or the disk refuses; then nothing is removed.
        """
        return self.catalogue.remove(as_list(ids))

    @overload
    def search(self, photo: Several, k: int = 10, *, where: Metadata | None = None) -> list[list[Hit]]: ...
    @overload
    def search(self, photo: Source, k: int = 10, *, where: Metadata | None = None) -> list[Hit]: ...
    @overload
    def search(self, *, k: int = 10, where: Metadata | None = None, id: str) -> list[Hit]: ...
    @overload
    def search(self, *, k: int = 10, where: Metadata | None = None, vector: ArrayLike) -> list[Hit]: ...
    @overload
    def search(self, *, k: int = 10, where: Metadata | None = None, vectors: ArrayLike) -> list[list[Hit]]: ...
    def search(
        self,
        photo: Source | Several | None = None,
        k: int = 10,
        *,
        where: Metadata | None = None,
        id: str | None = None,  # noqa: A002  # the word for it in every catalogue
        vector: ArrayLike | None = None,
        vectors: ArrayLike | None = None,
    ) -> list[Hit] | list[list[Hit]]:
        """The k items most like a photo, most similar first; by photo, or by one of the keywords.

        Args:
            photo: A photo for a list of hits, or a list of photos for a list of lists.
            k: How many; fewer where the catalogue, or what the filter leaves of it, holds fewer.
            where: Values that the metadata must equal, all of them: {"gender": "women", "year": 2020}.
            id: "More like this": an item of the catalogue, which is left out itself.
            vector: A vector of this model.
            vectors: Several, n×dimension, for a list of lists.

        Raises:
            CatalogueError: Not exactly one thing to search by is given, an id is unknown, or a vector or filter is
                unfit.
            ConfigError: k is no int above 0.
            ImageError: The photo cannot be read.
        """
        by = {"photo": photo, "id": id, "vector": vector, "vectors": vectors}
        given = [name for name, value in by.items() if value is not None]
        if len(given) != 1:
            raise CatalogueError(f"search by one of {', '.join(by)}; given: {', '.join(given) or 'none'}")
        positive_int(k, "k, how many hits to give")
        if id is not None:
            return self._more_like(id, k, where)
        if vectors is not None:
            return self.catalogue.search(vectors, k, where)
        if vector is not None:
            return self.catalogue.search(_as_array(vector)[None], k, where)[0]
        embedded = self.embed(photo)  # type: ignore[arg-type]  # it was not None
        hits = self.catalogue.search(embedded, k, where)
        return hits if isinstance(photo, list | tuple) else hits[0]

    def embed(self, photos: Source | Several) -> NDArray[np.float32]:
        """The vectors of one photo or several, as search and outfits use them: n×dimension, each of length 1.

        Raises:
            ImageError: A photo cannot be read.
        """
        vectors: list[NDArray[np.float32]] = self._question.ask(as_list(photos))
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def _more_like(self, name: str, k: int, where: Metadata | None) -> list[Hit]:
        (hits,) = self.catalogue.search(self.catalogue.vectors([name]), k + 1, where)
        return [hit for hit in hits if hit.id != name][:k]

    def close(self) -> None:
        """Closes the catalogue; nothing is left to be written."""
        self.catalogue.close()

    def __len__(self) -> int:
        return len(self.catalogue)

    def __contains__(self, name: object) -> bool:
        return name in self.catalogue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.catalogue, self.model, self.head)

    def __repr__(self) -> str:
        try:
            holds = f"{len(self)} items"
        except CatalogueError:
            holds = "closed or not readable"
        return f"Retriever({str(self.catalogue.folder)!r}, {holds})"


def _names(given: Sequence[Any], ids: str | Sequence[str] | None) -> list[str]:
    if ids is not None:
        return _aligned(ids, given, "ids")
    if not all(isinstance(photo, str | os.PathLike) for photo in given):
        raise CatalogueError("photos that are no paths, and vectors, have no names of their own; give ids=")
    return [os.fspath(photo) for photo in given]


def _aligned(values: Any, given: Sequence[Any], what: str) -> list[Any]:
    # A set has no order to go by, and what has no length may have no end.
    if not isinstance(values, str | Mapping) and (isinstance(values, Set) or not hasattr(values, "__len__")):
        raise CatalogueError(f"{what} come as a {type(values).__name__}; give a list, one for each item")
    listed = [values] if isinstance(values, str | Mapping) else list(values)
    if len(listed) != len(given):
        raise CatalogueError(f"{len(listed)} {what} for {len(given)} items; give one for each")
    return listed


def _rows(vectors: ArrayLike) -> list[NDArray[Any]]:
    array = _as_array(vectors)
    return list(np.atleast_2d(array) if array.size else array)


def _as_array(vectors: ArrayLike) -> NDArray[Any]:
    try:
        return np.asarray(vectors)
    except (ValueError, TypeError, RuntimeError) as error:  # what NumPy and torch say of ragged lists and odd tensors
        raise CatalogueError(f"the vectors are no array ({first_line(error)}); give floats") from error
