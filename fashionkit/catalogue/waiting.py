"""What was written since the index was last asked; it takes that in when somebody searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fashionkit.catalogue.store import Change

# Beyond it what was added is left in the file: an import that nobody searches need not hold it all.
MOST_BYTES = 2**26
# What it takes to keep a change, beside its arrays.
BYTES_OF_A_CHANGE = 1000


class Merged(NamedTuple):
    """Several changes as one.

    Attributes:
        gone: The keys of rows that were removed, int64; some of them may have come meanwhile.
        keys: Those of rows that came and are still there, int64, ascending.
        vectors: Of these, n×d float32.
    """

    gone: NDArray[np.int64]
    keys: NDArray[np.int64]
    vectors: NDArray[np.float32]


class Waiting:
    """The changes of this process, in order, while they are few enough to be kept.

    Args:
        revision: That of the rows that the index holds.
        rows: How many these are.

    Attributes:
        rows: How many there are with all changes.
        changed: How many came or went with them.
    """

    def __init__(self, revision: int, rows: int) -> None:
        self.rows = rows
        self.changed = 0
        self._bytes = 0
        self._changes: list[tuple[Change, NDArray[np.float32]]] | None = []
        # Up to which the changes lead; None where one of them is missing.
        self._revision: int | None = revision

    @property
    def too_many(self) -> bool:
        """Whether more came than is kept."""
        return self._bytes > MOST_BYTES

    def put(self, change: Change, vectors: NDArray[np.float32]) -> None:
        """Takes down a change and the vectors that it added.

        Where others have written before it, it counts, and nothing more is kept.

        Args:
            change: Of the rows.
            vectors: Those of `change.added`, aligned; nobody changes them any more.
        """
        if change.before == change.after:
            return
        # Whatever interrupts this, what is kept leads nowhere until the end.
        leads_here, self._revision = self._revision == change.before, None
        self.rows += len(change.added) - len(change.removed)
        self.changed += len(change.added) + len(change.removed)
        self._bytes += vectors.nbytes + change.added.nbytes + change.removed.nbytes + BYTES_OF_A_CHANGE
        if self.too_many or not leads_here:
            self._changes = None
        if self._changes is not None:
            self._changes.append((change, vectors))
        self._revision = change.after

    def until(self, revision: int) -> Merged | None:
        """All that came until a revision; None where it has to be read from the file."""
        if self._changes is None or self._revision != revision:
            return None
        changes = [change for change, _ in self._changes]
        none = np.empty(0, np.int64)
        gone = np.concatenate([none, *(change.removed for change in changes)])
        keys = np.concatenate([none, *(change.added for change in changes)])
        there = ~np.isin(keys, gone)
        vectors = [vectors for _, vectors in self._changes]
        return Merged(gone, keys[there], np.concatenate(vectors)[there] if vectors else np.empty((0, 0), np.float32))
