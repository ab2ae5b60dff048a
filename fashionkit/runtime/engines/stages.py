"""Graphs of a checkpoint that are loaded when they are first needed, once a process, whichever thread comes first."""

from __future__ import annotations

import ctypes
import os
import weakref
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from fashionkit.errors import EngineError, did_you_mean
from fashionkit.runtime.engines.fork_lock import ForkLock

T = TypeVar("T")


class LazyStages(Generic[T]):
    """What `load` makes of each stage, kept. A forked process makes its own.

    Args:
        stages: The stages that there are.
        load: Makes a stage ready; called once a stage and process.

    >>> stages = LazyStages(("photos",), load=str.upper)
    >>> stages["photos"]
    'PHOTOS'
    """

    def __init__(self, stages: tuple[str, ...], load: Callable[[str], T]) -> None:
        self._stages = stages
        self._load = load
        self._ready: dict[str, T] = {}
        self._lock = ForkLock()
        _all.add(self)

    def __getitem__(self, stage: str) -> T:
        if stage in self._ready:
            return self._ready[stage]
        if stage not in self._stages:
            raise EngineError(f"the model has no stage {stage!r}; {did_you_mean(stage, self._stages)}")
        with self._lock:
            if stage not in self._ready:
                self._ready[stage] = self._load(stage)
            return self._ready[stage]

    def leave_to_parent(self) -> None:
        """Forgets what was loaded, in a forked process.

        Its threads stayed in the parent. Taking it apart would wait for them for ever, so it is kept until the end.
        """
        for loaded in self._ready.values():
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(loaded))
        self._ready.clear()


_all: weakref.WeakSet[LazyStages[Any]] = weakref.WeakSet()


def _leave_all_to_parent() -> None:
    for stages in _all:
        stages.leave_to_parent()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_all_to_parent)
