"""What was written since the index was last asked; it takes that in when somebody searches."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from fashionkit.catalogue.store import Change

# Of vectors. So an import that nobody searches takes no more memory than this, however large it is.
MOST_BYTES = 2**26


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
        self._revision = revision
        self._bytes = 0
        self._changes: list[tuple[Change, NDArray[np.float32]]] = []

    def put(self, change: Change, vectors: NDArray[np.float32]) -> None:
        """Takes down a change and the vectors that it added, unless others have written before it.

        Args:
            change: Of the rows.
            vectors: Those of `change.added`, aligned; nobody changes them any more.
        """
        if change.before != self._revision:
            return
        self._revision = change.after
        self.rows += len(change.added) - len(change.removed)
        self.changed += len(change.added) + len(change.removed)
        self._bytes += vectors.nbytes
        self._changes.append((change, vectors))
        if self.too_many:
            self._changes.clear()

    @property
    def too_many(self) -> bool:
        """Whether more came than is kept."""
        return self._bytes > MOST_BYTES

    def until(self, revision: int) -> Sequence[tuple[Change, NDArray[np.float32]]] | None:
        """All that came until a revision; None where it has to be read from the file."""
        return self._changes if self._revision == revision and not self.too_many else None
