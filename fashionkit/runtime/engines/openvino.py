"""OpenVINO, on the CPU."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import numpy as np

from fashionkit.errors import EngineError
from fashionkit.models import Checkpoint
from fashionkit.runtime.cache import cache_folder
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs
from fashionkit.runtime.engines.fork_lock import ForkLock
from fashionkit.runtime.engines.stages import LazyStages

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


class OpenVinoEngine:
    """Runs a checkpoint's graphs with OpenVINO. Compiled models are kept in the user's cache for the next start.

    Raises:
        EngineError: Another device than the CPU is asked for.
    """

    name = "openvino"
    device = "cpu"

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        if options.device not in ("auto", "cpu"):
            raise EngineError(f"the engine 'openvino' runs on the cpu, not on {options.device!r}; try engine='torch'")
        self._checkpoint = checkpoint
        # Without the hint, processors with bf16 units would compute in half precision.
        self._settings: dict[str, Any] = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": options.n_threads}
        cache = cache_folder("openvino")
        if cache is not None:
            self._settings["CACHE_DIR"] = str(cache)
        self._compiled = LazyStages(checkpoint.stages, self._load)
        self._lock = ForkLock()

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says. A request computes on all its threads, so requests take turns."""
        compiled = self._compiled[stage]
        _check_inputs(compiled, stage, inputs)
        try:
            with self._lock:
                # Inputs are copied, and outputs too: OpenVINO writes the next answer into the same memory.
                answers = compiled(dict(inputs), share_inputs=False, share_outputs=False)
                return {port.any_name: np.array(answers[port], np.float32) for port in compiled.outputs}
        except (RuntimeError, TypeError, ValueError) as error:
            raise EngineError(f"OpenVINO failed on {stage!r}: {_first_line(error)}") from error

    def _load(self, stage: str) -> Any:
        graph = self._checkpoint.read_graph(stage)
        core = openvino.Core()
        try:
            return core.compile_model(core.read_model(graph), "CPU", self._settings)
        except RuntimeError as error:
            raise EngineError(
                f"{self._checkpoint.graph(stage)}: OpenVINO cannot load the graph: {_first_line(error)}"
            ) from error


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
