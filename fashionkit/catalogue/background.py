"""Work beside what a catalogue answers: one thing at a time, in a thread that ends when it is told to."""

from __future__ import annotations

import atexit
import os
import threading
import weakref
from typing import TYPE_CHECKING

from fashionkit.catalogue.index.faiss_late import imported_faiss

if TYPE_CHECKING:
    from collections.abc import Callable

_all: weakref.WeakSet[Background] = weakref.WeakSet()


class Background:
    """Runs one job at a time; a job looks at `stopped` now and then.

    >>> work, done = Background(), []
    >>> work.start(lambda stopped: done.append(stopped()))
    True
    >>> work.join()
    >>> done
    [False]
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        _all.add(self)

    @property
    def running(self) -> bool:
        """Whether a job is at work; in a forked child there is none."""
        return self._thread is not None and self._thread.is_alive()

    def start(self, job: Callable[[Callable[[], bool]], object]) -> bool:
        """Begins a job, unless one is at work; says whether it did."""
        if self.running:
            return False
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, args=(job,), name="fashionkit-index", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        """Tells the job to end, and waits until it has."""
        self._stop.set()
        self.join()

    def join(self) -> None:
        """Waits for the job, if there is one."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _run(self, job: Callable[[Callable[[], bool]], object]) -> None:
        # Of this thread alone: who searches meanwhile has the other half.
        imported_faiss().omp_set_num_threads(max(1, (os.cpu_count() or 1) // 2))
        job(self._stop.is_set)


@atexit.register
def _stop_all() -> None:
    # A thread inside of FAISS while Python ends would take the process down.
    for each in list(_all):
        each.stop()
