"""Which engine answers: the one that is asked for, or the first one that works."""

from __future__ import annotations

import importlib
import os
import warnings
from typing import TYPE_CHECKING

from fashionkit.errors import EngineError, ModelError
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.runtime.engine import ENGINES, Arrays, Engine, EngineOptions, RawOutputs
from fashionkit.runtime.engines.fork_lock import ForkLock

if TYPE_CHECKING:
    from fashionkit.models import FashionModel

# In single precision the two are equally fast on a CPU. ONNX Runtime begins as soon without compiling anything first
# and keeps nothing on the disk; OpenVINO is the one that computes in bf16.
ON_CPU = ("onnx", "openvino", "torch")
# torch would compute in bf16 on any CPU, on most of them far slower than in single precision.
ON_CPU_IN_BF16 = ("onnx", "openvino")
# ONNX Runtime computes int8 at half the speed of single precision, and torch has no weights for it.
ON_CPU_IN_INT8 = ("openvino", "onnx")
ELSEWHERE = ("torch", "onnx")
OF_TORCH = ("torch", "inductor")


def open_engine(model: Checkpoint | FashionModel, options: EngineOptions) -> Engine:
    """The engine that the options ask for. A model in memory runs on torch.

    With "auto", an engine that fails when it first runs gives way to the next, with a warning.

    Raises:
        EngineError: The engine is not installed or cannot run as asked; or a model in memory was to run on another
            engine than torch.
    """
    if not isinstance(model, Checkpoint):
        if options.engine not in ("auto", "torch"):
            raise EngineError(f"a model in memory runs on torch, not on {options.engine}; save it and load the folder")
        return _make("torch", model, options)
    if options.engine != "auto":
        return _make(options.engine, model, options)
    if options.device not in ("auto", "cpu"):
        return FirstWorking(ELSEWHERE, model, options)
    if "int8" in model.config.training:
        return FirstWorking(ON_CPU_IN_INT8, model, options)
    return FirstWorking(ON_CPU_IN_BF16 if options.precision == "bf16" else ON_CPU, model, options)


class FirstWorking:
    """Runs each stage with the first engine that can; what worked once for a stage stays, in this process.

    An engine may be installed and open, and still fail when it first runs, as graphs are loaded late. The next one
    then takes its place, and a warning says so.

    Args:
        names: Engines in order of preference.
        checkpoint: Whose graphs are run.
        options: How; an engine that cannot run so is passed over.

    Raises:
        EngineError: None of the engines can be opened.
    """

    def __init__(self, names: tuple[str, ...], checkpoint: Checkpoint, options: EngineOptions) -> None:
        self._checkpoint = checkpoint
        self._options = options
        # By process too: not every engine goes on in a forked one.
        self._working: dict[tuple[str, int], Engine] = {}
        self._lock = ForkLock()
        self._engine, self._left = self._opened(names)

    @property
    def name(self) -> str:
        """Of the engine that runs."""
        return self._engine.name

    @property
    def device(self) -> str:
        """What that engine runs on."""
        return self._engine.device

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says."""
        engine = self._working.get((stage, os.getpid()))
        return engine.run(stage, inputs) if engine else self._first_run(stage, inputs)

    def _first_run(self, stage: str, inputs: Arrays) -> RawOutputs:
        # Not under the lock: opening an engine waits for a fork, and the fork would wait for the lock.
        engine, left = self._engine, self._left
        failures: list[EngineError] = []
        while True:
            try:
                outputs = engine.run(stage, inputs)
                break
            except EngineError as error:
                failures.append(error)
            try:
                engine, left = self._opened(left)
            except EngineError:  # where all of them fail, it may be what they were given, so all may try again
                raise failures[0] from failures[0].__cause__
        with self._lock:
            place = (stage, os.getpid())
            told = place in self._working  # by another thread, that failed in the same way
            if not told:
                self._engine, self._left, self._working[place] = engine, left, engine
        if failures and not told:
            warnings.warn(
                f"{engine.name} answers in place of an engine that failed: {failures[0]}; choose "
                f"engine={engine.name!r} to begin with it",
                stacklevel=2,
            )
        return outputs

    def _opened(self, names: tuple[str, ...]) -> tuple[Engine, tuple[str, ...]]:
        """The first of these engines that can be opened, and the names after it."""
        failures = []
        for place, name in enumerate(names):
            try:
                return _make(name, self._checkpoint, self._options), names[place + 1 :]
            except (EngineError, ModelError) as error:
                failures.append(f"{name}: {error}")
        raise EngineError(f"no engine can run {self._checkpoint.folder}: {'; '.join(failures)}")


def _make(name: str, model: Checkpoint | FashionModel, options: EngineOptions) -> Engine:
    module, _, engine = ENGINES[name].partition(":")
    try:
        made: Engine = getattr(importlib.import_module(module), engine)(model, options)
    except ImportError as error:
        extra = "'fashionkit[train]'" if name in OF_TORCH else "fashionkit"
        raise EngineError(f"the engine {name!r} needs {error.name}, which is missing; pip install {extra}") from error
    except OSError as error:  # a shared library that cannot be opened, or a working folder that is gone
        raise EngineError(f"the engine {name!r} cannot be imported: {error}; install it anew") from error
    return made
