"""FAISS: imported late, with its errors in plain words, and alone in a forked child."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fashionkit.errors import CatalogueError

if TYPE_CHECKING:
    from collections.abc import Iterator


def imported_faiss() -> Any:
    """FAISS; a fifth of a second the first time, which a program that only imports the package need not wait."""
    import faiss  # noqa: PLC0415

    return faiss


@contextmanager
def faiss_errors() -> Iterator[None]:
    """Turns the errors of FAISS into one that says what to do."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        raise CatalogueError(f"the index in memory failed ({str(error) or 'out of memory'}); free memory") from error


def _search_alone() -> None:
    """In a forked child: OpenMP, once it ran several threads, waits there for ever for those that the parent had."""
    faiss = sys.modules.get("faiss")
    if faiss is not None:
        faiss.omp_set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_search_alone)
