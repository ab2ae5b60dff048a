"""What one may choose about the index of a catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from fashionkit.errors import CatalogueError, did_you_mean

Kind: TypeAlias = Literal["flat", "hnsw", "ivf", "ivf-pq"]
"""How rows are found. "flat": every row is compared. "hnsw": a graph leads from row to row (Malkov and Yashunin 2016).
"ivf": rows lie in cells, and the nearest cells are searched. "ivf-pq": likewise, with rows of a few bytes (Jégou et al.
2011)."""

Storage: TypeAlias = Literal["float32", "float16", "int8"]
"""What a number of a vector is kept as in memory; "ivf-pq" has its own way."""

OnGpus: TypeAlias = Literal["none", "replicate", "shard"]
"""Whether graphics cards search "flat", "ivf" and "ivf-pq": "replicate", every card holds all rows and queries are
shared out; "shard", every card holds a part of the rows."""

AUTO = "auto"
# Of so few rows, every one is compared within milliseconds.
EXACT_BELOW = 50_000


@dataclass(frozen=True)
class IndexSettings:
    """The index that searches a catalogue, and how well.

    Whatever is chosen, scores are cosines of the stored float32 vectors; what an index may miss are rows.

    Attributes:
        kind: A `Kind`, or "auto": "flat" below `exact_below` rows or with a recall of 1, "hnsw" above, and "ivf-pq"
            where memory does not hold that.
        recall: The share of the 10 nearest rows that a search finds, in (0, 1], measured on mixtures of its rows.
            The search parameter is tuned to it; an index that cannot reach it is not used.
        storage: A `Storage`.
        exact_below: "auto" compares every row below so many rows, at least 0.
        gpus: An `OnGpus`. Without a card that FAISS can search on, a warning says why, and the processor searches. A
            filtered search and one for more than 2,048 rows is the processor's in any case, and so is "hnsw".

    Raises:
        CatalogueError: A value is none of these.

    >>> IndexSettings("hnsw", recall=0.95)
    IndexSettings(kind='hnsw', recall=0.95, storage='float32', exact_below=50000, gpus='none')
    >>> IndexSettings(recall=2)
    Traceback (most recent call last):
    fashionkit.errors.CatalogueError: recall is 2; give a share above 0 and at most 1, such as 0.98
    """

    kind: Kind | Literal["auto"] = "auto"
    recall: float = 0.98
    storage: Storage = "float32"
    exact_below: int = EXACT_BELOW
    gpus: OnGpus = "none"

    def __post_init__(self) -> None:
        _check_name("kind of index", self.kind, (AUTO, *get_args(Kind)))
        _check_name("storage", self.storage, get_args(Storage))
        _check_name("use of GPUs", self.gpus, get_args(OnGpus))
        if isinstance(self.recall, bool) or not isinstance(self.recall, int | float) or not 0 < self.recall <= 1:
            raise CatalogueError(f"recall is {self.recall!r:.80}; give a share above 0 and at most 1, such as 0.98")
        if isinstance(self.exact_below, bool) or not isinstance(self.exact_below, int) or self.exact_below < 0:
            raise CatalogueError(f"exact_below is {self.exact_below!r:.80}; give an int of at least 0")

    @classmethod
    def of(cls, given: object) -> IndexSettings:
        """What `index=` takes: settings, or the name of a kind.

        Raises:
            CatalogueError: It is neither.
        """
        return given if isinstance(given, cls) else cls(given)  # type: ignore[arg-type]  # checked there


def _check_name(what: str, given: object, names: tuple[str, ...]) -> None:
    if not isinstance(given, str):
        raise CatalogueError(f"the {what} is of type {type(given).__name__}; give one of {', '.join(names)}")
    if given not in names:
        raise CatalogueError(f"there is no {what} {given!r:.80}; {did_you_mean(given, names)}")
