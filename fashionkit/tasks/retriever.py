"""`Retriever`: what looks like it."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self, TypedDict, Unpack, overload

import numpy as np

from fashionkit.catalogue import Catalogue, IndexSettings
from fashionkit.config import positive_int
from fashionkit.errors import CatalogueError, ImageError, ModelError
from fashionkit.images import DEFAULT_LIMITS, Limits
from fashionkit.runtime import EngineOptions, Model, ModelSource
from fashionkit.tasks.asking import Question, Several, as_list
from fashionkit.tasks.items import as_array, described, rows_of
from fashionkit.tasks.recommend import mean_direction, taste

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from fashionkit.images import Source
    from fashionkit.results import Hit
    from fashionkit.tasks.recommend import Items

Metadata = Mapping[str, Any]


class Narrowed(TypedDict, total=False):
    """What every search takes beside what to search by; `Retriever.search` says what each means."""

    where: Metadata | None
    group_by: str | None
    diversity: float


class Retriever:
    """Visual search over a catalogue: a folder that holds the vectors of photos and what is known of them.

        with Retriever.open("catalogue", model="models/mine", create=True) as retriever:
            retriever.add(["red.jpg", "blue.jpg"], metadata=[{"price": 20}, {"price": 30}])
            retriever.search("query.jpg", k=10, where={"price": {"<": 25}})

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
        index: IndexSettings | str = "auto",
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
            index: What searches it, as for `Catalogue.open`.
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
            folder,
            dimension=loaded.specs[name].width,
            fingerprint=loaded.fingerprints[name],
            create=create,
            index=index,
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
        given = as_list(photos) if vectors is None else rows_of(vectors)
        # What is wrong with these is said before hours of reading photos, not after.
        names, known = described(given, ids, metadata)
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
    def search(self, photo: Several, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[list[Hit]]: ...
    @overload
    def search(self, photo: Source, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[Hit]: ...
    @overload
    def search(self, *, mean_of: Several, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[Hit]: ...
    @overload
    def search(self, *, id: str, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[Hit]: ...
    @overload
    def search(self, *, vector: ArrayLike, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[Hit]: ...
    @overload
    def search(self, *, vectors: ArrayLike, k: int = 10, **narrowed: Unpack[Narrowed]) -> list[list[Hit]]: ...
    def search(
        self,
        photo: Source | Several | None = None,
        k: int = 10,
        *,
        where: Metadata | None = None,
        group_by: str | None = None,
        diversity: float = 0.0,
        mean_of: Several | None = None,
        id: str | None = None,  # noqa: A002  # the word for it in every catalogue
        vector: ArrayLike | None = None,
        vectors: ArrayLike | None = None,
    ) -> list[Hit] | list[list[Hit]]:
        """The k items most like a photo, most similar first; by photo, or by one of the keywords.

        Args:
            photo: A photo for a list of hits, or a list of photos for a list of lists.
            k: How many; fewer where the catalogue, or what the filter leaves of it, holds fewer.
            where: What must hold of the metadata: {"gender": ["women", "girls"], "price": {"<": 50}}, with `and`, `or`
                and `not` to combine filters; `fashionkit.catalogue.where` has all of it.
            group_by: A metadata key, such as "product": of all items with the same value there, only the best is found.
            diversity: In [0, 1): 0 gives the most similar items, more gives items less like each other; see
                `Catalogue.search`.
            mean_of: Several photos of one thing: by the mean of their vectors.
            id: "More like this": an item of the catalogue, which is left out itself.
            vector: A vector of this model.
            vectors: Several, n×dimension, for a list of lists.

        Raises:
            CatalogueError: Not exactly one thing to search by is given, an id is unknown, or a vector, filter, group or
                diversity is unfit.
            ConfigError: k is no int above 0.
            ImageError: The photo cannot be read.
        """
        by = {"photo": photo, "mean_of": mean_of, "id": id, "vector": vector, "vectors": vectors}
        given = [name for name, value in by.items() if value is not None]
        if len(given) != 1:
            raise CatalogueError(f"search by one of {', '.join(by)}; given: {', '.join(given) or 'none'}")
        positive_int(k, "k, how many hits to give")
        queries: ArrayLike
        if id is not None:
            queries = self.catalogue.vectors([id])
        elif mean_of is not None:
            queries = mean_direction(self.embed(mean_of))[None]
        elif vector is not None:
            queries = as_array(vector)[None]
        else:
            queries = self.embed(photo) if vectors is None else vectors  # type: ignore[arg-type]  # it was not None
        without = [] if id is None else [id]
        hits = self.catalogue.search(queries, k, where, group_by=group_by, diversity=diversity, without=without)
        return hits if vectors is not None or isinstance(photo, list | tuple) else hits[0]

    def recommend(
        self,
        liked: Items,
        disliked: Items = (),
        k: int = 10,
        *,
        where: Metadata | None = None,
        group_by: str | None = None,
        diversity: float = 0.0,
    ) -> list[Hit]:
        """The k items most like what somebody likes, and not like what they dislike; neither of these among them.

        Searches by mean(liked) − 0.2·mean(disliked), after Rocchio (1971); the score is the cosine with that.

        Args:
            liked: Ids of items of the catalogue, at least one, or vectors of this model, n×dimension.
            disliked: The same; may be empty.
            k: As for `search`.
            where: As for `search`.
            group_by: As for `search`.
            diversity: As for `search`.

        Raises:
            CatalogueError: Nothing is liked, an id is unknown or is liked and disliked, or as for `search`.
            ConfigError: k is no int above 0.
        """
        positive_int(k, "k, how many hits to give")
        query, ids = taste(self.catalogue, liked, disliked)
        how: Narrowed = {"where": where, "group_by": group_by, "diversity": diversity}
        return self.catalogue.search(query[None], k, without=ids, **how)[0]

    def duplicates(self, threshold: float = 0.97, where: Metadata | None = None) -> list[list[str]]:
        """Groups of ids whose photos are nearly the same; see `Catalogue.duplicates`.

        Args:
            threshold: The cosine from which on two items belong together, in (0, 1]. A lower one finds more copies that
                were scaled or compressed again, and more items that only look alike.
            where: As for `search`: which items are compared.

        Raises:
            CatalogueError: The threshold or the filter is unfit.
        """
        return self.catalogue.duplicates(threshold, where)

    def embed(self, photos: Source | Several) -> NDArray[np.float32]:
        """The vectors of one photo or several, as search and outfits use them: n×dimension, each of length 1.

        Raises:
            ImageError: A photo cannot be read.
        """
        vectors: list[NDArray[np.float32]] = self._question.ask(as_list(photos))
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

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
