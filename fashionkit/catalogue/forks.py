"""Keeps SQLite's files out of forked processes.

A fork copies what SQLite knows of its locks, but not the locks: even a file that the child opens anew would be taken
for locked when it is not, and writes could be lost (https://www.sqlite.org/howtocorrupt.html, section 2.6). So before
a fork every open catalogue lets go of its file; parent and child open it again, each for itself, when they need it.

A fork does not copy threads either: OpenMP, once it has run several, waits in the child for ever for those it had. So
FAISS searches with one thread in a forked child.
"""

from __future__ import annotations

import os
import sys
import threading
import weakref
from typing import Protocol


class Suspendable(Protocol):
    """What holds a file open that must not be open while the process forks."""

    def suspend(self) -> None:
        """Waits for work in other threads to end, lets go of the file and keeps new work waiting."""

    def resume(self) -> None:
        """Lets work go on; called by the thread that called `suspend`, in the parent and in the child."""


_watched: weakref.WeakSet[Suspendable] = weakref.WeakSet()
_suspended: list[Suspendable] = []
_one_fork_at_a_time = threading.RLock()


def watch(holder: Suspendable) -> None:
    """Suspends the holder around every fork from now on, for as long as it lives."""
    with _one_fork_at_a_time:
        _watched.add(holder)


def _before() -> None:
    _one_fork_at_a_time.acquire()
    for holder in list(_watched):
        holder.suspend()
        _suspended.append(holder)


def _after() -> None:
    while _suspended:
        _suspended.pop().resume()
    _one_fork_at_a_time.release()


def _after_in_child() -> None:
    _after()
    faiss = sys.modules.get("faiss")
    if faiss is not None:
        faiss.omp_set_num_threads(1)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after_in_child)
