"""A lock that a forked process never finds taken by a thread that it does not have."""

from __future__ import annotations

import os
import threading
import weakref
from types import TracebackType


class ForkLock:
    """Lets one thread in at a time, and holds back a fork until that thread is out.

    A fork copies locks as they are but only the thread that forks: what another thread holds would stay locked in the
    child for ever, and what it was changing would stay half done.

    >>> with ForkLock():
    ...     print("alone")
    alone
    """

    def __init__(self) -> None:
        # Reentrant, so that a signal handler that forks does not wait for the thread that it interrupts.
        self._lock = threading.RLock()
        with _one_fork_at_a_time:
            _every.add(self)

    def acquire(self) -> None:
        """Waits until nobody else is in."""
        self._lock.acquire()

    def release(self) -> None:
        """Lets the next one in."""
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


_every: weakref.WeakSet[ForkLock] = weakref.WeakSet()
_held: list[ForkLock] = []
_one_fork_at_a_time = threading.RLock()


def _before() -> None:
    _one_fork_at_a_time.acquire()
    for lock in list(_every):
        lock.acquire()
        _held.append(lock)


def _after() -> None:
    while _held:
        _held.pop().release()
    _one_fork_at_a_time.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
