"""What every index of a catalogue does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Nearest(NamedTuple):
    """What may be among the k best for one query, unordered.

    Attributes:
        keys: int64, one for each row found, none twice.
        scores: float32 cosines in [-1, 1], aligned with `keys`: of the stored float32 vectors, whatever the index
            keeps in place of them.
    """

    keys: NDArray[np.int64]
    scores: NDArray[np.float32]


class Index(Protocol):
    """Rows of vectors under keys that grow from one `add` to the next; a row keeps its key for life."""

    def __len__(self) -> int:
        """How many rows there are."""

    @property
    def keys(self) -> NDArray[np.int64]:
        """The keys of all rows, ascending."""

    @property
    def last_key(self) -> int:
        """Not below the key of any row that is or was there; 0 where there was none."""

    def reserve(self, rows: int) -> None:
        """Takes the memory of so many rows that are about to be added, at once; they may be fewer.

        Raises:
            CatalogueError: There is not enough memory.
        """

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Appends n×d float32 rows of length 1 under keys that are greater than all before.

        Raises:
            CatalogueError: There is not enough memory.
        """

    def remove(self, keys: NDArray[np.int64]) -> None:
        """Removes the rows of these keys; a key that is not there is passed over."""

    def nearest(self, queries: NDArray[np.float32], k: int, among: NDArray[np.int64] | None = None) -> list[Nearest]:
        """Finds the k nearest rows of every query, or nearly so, as the kind of index promises.

        Args:
            queries: m×d float32 of length 1.
            k: At least 1; more than there are rows means all of them.
            among: Only rows of these keys, where given.

        Returns:
            m results, each with at least min(k, rows) keys; an exact index gives every row that ties with the last.

        Raises:
            CatalogueError: There is not enough memory.
        """
