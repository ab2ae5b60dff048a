"""An index of FAISS, searched on graphics cards that hold copies of it."""

from __future__ import annotations

import os
import warnings
from typing import TYPE_CHECKING, Any

from fashionkit.catalogue.index.faiss_late import imported_faiss
from fashionkit.catalogue.index.gpu_probe import usable_gpus

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from fashionkit.catalogue.index.settings import OnGpus

# FAISS's own limits there: of rows that are fetched, and of cells that are searched.
MOST_FETCHED = 2048
MOST_CELLS = 2048


class GpuCopy:
    """Searches where the cards can, and says that they cannot where they can not.

    What it finds is scored again by whoever asks, so results are those of the processor. Not thread-safe, as FAISS's
    indexes on cards are not: whoever searches holds the lock of the catalogue.

    Args:
        spread: "replicate": every card holds all rows, and queries are shared out. "shard": every card holds a part of
            the rows.
        clone: Copies an index to the cards; FAISS's own where not given.
    """

    def __init__(self, spread: OnGpus, clone: Callable[[Any], Any] | None = None) -> None:
        self._spread = spread
        self._clone = clone or self._to_gpus
        self._copy: Any = None
        self._home = os.getpid()
        self._failed = False

    @classmethod
    def wanted(cls, spread: OnGpus) -> GpuCopy | None:
        """One where cards are asked for and can be searched on; otherwise a warning says why the processor searches."""
        if spread == "none":
            return None
        gpus = usable_gpus()
        if gpus.count:
            return cls(spread)
        warnings.warn(f"the catalogue is searched on the processor: {gpus.problem}", stacklevel=2)
        return None

    def outdate(self) -> None:
        """The index changed: it is copied anew before the next search."""
        self._copy = None

    def search(
        self, index: Any, queries: NDArray[np.float32], fetch: int, cells: int | None = None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]] | None:
        """What `index.search` gives, or None where it has to be asked itself.

        Args:
            index: Of FAISS, on the processor.
            queries: m×d float32.
            fetch: How many rows of each.
            cells: How many cells of an index with cells.
        """
        # A forked child does not have the parent's cards.
        if self._failed or fetch > MOST_FETCHED or (cells or 0) > MOST_CELLS or os.getpid() != self._home:
            return None
        try:
            if self._copy is None:
                self._copy = self._clone(index)
            if cells is not None:
                self._look_into(cells)
            scores, positions = self._copy.search(queries, fetch)
        except (RuntimeError, MemoryError) as error:
            self._failed, self._copy = True, None
            warnings.warn(f"the catalogue is searched on the processor: the GPU failed ({error})", stacklevel=2)
            return None
        return scores, positions

    def _look_into(self, cells: int) -> None:
        faiss = imported_faiss()
        space = faiss.GpuParameterSpace() if hasattr(faiss, "GpuParameterSpace") else faiss.ParameterSpace()
        space.set_index_parameter(self._copy, "nprobe", cells)

    def _to_gpus(self, index: Any) -> Any:
        faiss = imported_faiss()
        options = faiss.GpuMultipleClonerOptions()
        options.shard = self._spread == "shard"
        return faiss.index_cpu_to_gpus_list(index, co=options, gpus=list(range(usable_gpus().count)))
