"""What must stand still while the process forks.

A fork copies memory and open files, but only the thread that forks. A lock that another thread holds would stay locked
in the child for ever, and what that thread was changing would stay half done. SQLite is worse off: a child knows of
its locks and does not have them, so writes could be lost (https://www.sqlite.org/howtocorrupt.html, section 2.6).
So whoever is watched is asked to stand still before a fork, and may go on after it, in parent and child alike.
"""

from __future__ import annotations

import os
import threading
import weakref
from typing import Protocol


class Suspendable(Protocol):
    """What must not be in the middle of something while the process forks."""

    def suspend(self) -> None:
        """Waits for work in other threads to end, and keeps new work waiting."""

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


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
