"""OpenVINO, on the CPU."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import io
import logging
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from fashionkit.errors import EngineError
from fashionkit.models import Checkpoint
from fashionkit.runtime.cache import cache_folder, keep, read_kept
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs, usable_cores
from fashionkit.runtime.engines.fork_lock import ForkLock
from fashionkit.runtime.engines.stages import LazyStages

LOG = logging.getLogger("fashionkit.runtime")
TELEMETRY = "openvino_telemetry"


def _import_without_telemetry() -> Any:
    """OpenVINO, which otherwise reports every import of itself over the network, from a thread that stays.

    Where its telemetry cannot be imported it does without; afterwards others can import that as before.
    """
    if TELEMETRY in sys.modules:
        return importlib.import_module("openvino")
    sys.modules[TELEMETRY] = None  # type: ignore[assignment]  # Python's own mark of what cannot be imported
    try:
        return importlib.import_module("openvino")
    finally:
        del sys.modules[TELEMETRY]


openvino = _import_without_telemetry()

# The processes, of which this is one or was forked from one, in which OpenVINO was used.
_used_in: set[int] = set()


class OpenVinoEngine:
    """Runs a checkpoint's graphs with OpenVINO. Compiled models are kept in the user's cache for the next start.

    Raises:
        EngineError: Another device than the CPU is asked for, or bf16 where the processor has no units for it; or
            this process was forked from one in which OpenVINO was used.
    """

    name = "openvino"
    device = "cpu"

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        if options.device not in ("auto", "cpu"):
            raise EngineError(f"the engine 'openvino' runs on the cpu, not on {options.device!r}; try engine='torch'")
        _check_not_forked()
        _used_in.add(os.getpid())
        self._checkpoint = checkpoint
        self._core = openvino.Core()
        self._threads = min(options.n_threads, usable_cores())
        # Without the hint, processors with bf16 units would compute in half precision.
        self._precision = "f32"
        # The one thread that OpenVINO sees. What a thread asked of it, that thread takes apart as it ends; where it
        # forked meanwhile, the child would wait for ever for others that it does not have.
        self._aside = ThreadPoolExecutor(1, "openvino")
        if options.precision == "bf16":
            able = self._aside.submit(self._core.get_property, "CPU", "OPTIMIZATION_CAPABILITIES").result()
            if "BF16" not in able:
                raise EngineError("OpenVINO finds no bf16 units in this processor; leave precision='auto'")
            self._precision = "bf16"
        self._compiled = LazyStages(checkpoint.stages, self._load)
        self._lock = ForkLock()

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says. A request computes on all its threads, so requests take turns."""
        _check_not_forked()
        return self._aside.submit(self._run_aside, stage, inputs).result()

    def _run_aside(self, stage: str, inputs: Arrays) -> RawOutputs:
        compiled = self._compiled[stage]
        try:
            with self._lock:
                _check_inputs(compiled, stage, inputs)
                # Inputs are copied, and outputs too: OpenVINO writes the next answer into the same memory.
                answers = compiled(dict(inputs), share_inputs=False, share_outputs=False)
                return {port.any_name: np.array(answers[port], np.float32) for port in compiled.outputs}
        except (RuntimeError, TypeError, ValueError) as error:
            raise EngineError(f"OpenVINO failed on {stage!r}: {_first_line(error)}") from error

    def _load(self, stage: str) -> Any:
        graph = self._checkpoint.read_graph(stage)
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": self._precision,
            "INFERENCE_NUM_THREADS": self._threads,
        }
        place = self._kept_at(graph)
        kept = read_kept(place) if place is not None else None
        try:
            if kept is not None:
                with contextlib.suppress(RuntimeError):  # whole, and yet not to be read: made anew below
                    return self._core.import_model(io.BytesIO(kept), "CPU", settings)
            if place is not None:
                LOG.info("compiling %s for this processor, once; kept in %s", self._checkpoint.graph(stage), place)
            compiled = self._core.compile_model(self._core.read_model(graph), "CPU", settings)
            if place is not None:
                compiled.export_model(exported := io.BytesIO())
                keep(place, exported.getbuffer())
        except RuntimeError as error:
            raise EngineError(
                f"{self._checkpoint.graph(stage)}: OpenVINO cannot load the graph: {_first_line(error)}"
            ) from error
        return compiled

    def _kept_at(self, graph: bytes) -> Path | None:
        """Where the compiled graph is kept. OpenVINO's own cache would answer from a damaged file without a word."""
        folder = cache_folder("openvino")
        made_for = (openvino.__version__, self._core.get_property("CPU", "FULL_DEVICE_NAME"), self._precision)
        return folder and folder / f"{hashlib.sha256(graph + repr(made_for).encode()).hexdigest()}.compiled"


def _check_not_forked() -> None:
    """OpenVINO's threads stay in the parent, and a lock that one of them held as it forked is never let go of."""
    if _used_in - {os.getpid()}:
        raise EngineError(
            "OpenVINO was used before this process was forked, and cannot go on in it; choose engine='onnx', or start "
            "the process by 'spawn'"
        )


def _check_inputs(compiled: Any, stage: str, inputs: Arrays) -> None:
    """OpenVINO itself converts other types, reads past other shapes, and takes what is left out from the last call."""
    wanted = {port.any_name: port for port in compiled.inputs}
    if set(inputs) != set(wanted):
        raise EngineError(
            f"OpenVINO failed on {stage!r}: it takes {', '.join(wanted)}, got {', '.join(inputs) or 'none'}"
        )
    for name, port in wanted.items():
        value = inputs[name]
        fits = port.partial_shape.compatible(openvino.PartialShape(list(value.shape)))
        if not fits or port.element_type.to_dtype() != value.dtype:
            raise EngineError(
                f"OpenVINO failed on {stage!r}: {name} is {port.partial_shape} {port.element_type.to_dtype()}, "
                f"got {list(value.shape)} {value.dtype}"
            )


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
