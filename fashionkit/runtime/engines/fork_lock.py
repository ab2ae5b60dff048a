"""A lock that a forked process never finds taken by a thread that it does not have."""

from __future__ import annotations

import threading
from types import TracebackType

from fashionkit import forks


class ForkLock:
    """Lets one thread in at a time, and holds back a fork until that thread is out.

    >>> with ForkLock():
    ...     print("alone")
    alone
    """

    def __init__(self) -> None:
        # Reentrant, so that a signal handler that forks does not wait for the thread that it interrupts.
        self._lock = threading.RLock()
        forks.watch(self)

    def suspend(self) -> None:
        """Waits until nobody else is in, and keeps the others out; for `forks`."""
        self._lock.acquire()

    def resume(self) -> None:
        """Lets the next one in; for `forks`."""
        self._lock.release()

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()
