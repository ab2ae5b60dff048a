"""Graphs of a checkpoint that are loaded when they are first needed, once, whichever thread comes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from fashionkit.errors import EngineError, did_you_mean
from fashionkit.runtime.engines.fork_lock import ForkLock

T = TypeVar("T")


class LazyStages(Generic[T]):
    """What `load` makes of each stage, kept.

    Args:
        stages: The stages that there are.
        load: Makes a stage ready; called once a stage.

    >>> stages = LazyStages(("photos",), load=str.upper)
    >>> stages["photos"]
    'PHOTOS'
    """

    def __init__(self, stages: tuple[str, ...], load: Callable[[str], T]) -> None:
        self._stages = stages
        self._load = load
        self._ready: dict[str, T] = {}
        self._lock = ForkLock()

    def __getitem__(self, stage: str) -> T:
        if stage in self._ready:
            return self._ready[stage]
        if stage not in self._stages:
            raise EngineError(f"the model has no stage {stage!r}; {did_you_mean(stage, self._stages)}")
        with self._lock:
            if stage not in self._ready:
                self._ready[stage] = self._load(stage)
            return self._ready[stage]
