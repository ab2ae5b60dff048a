"""ONNX Runtime, on the CPU."""

from __future__ import annotations

import numpy as np
import onnxruntime

from fashionkit.errors import EngineError
from fashionkit.models import Checkpoint
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs, usable_cores
from fashionkit.runtime.engines.stages import LazyStages

ERRORS_ONLY = 3


class OnnxEngine:
    """Runs a checkpoint's graphs with ONNX Runtime.

    Raises:
        EngineError: Another device than the CPU is asked for.
    """

    name = "onnx"
    device = "cpu"

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        if options.device not in ("auto", "cpu"):
            raise EngineError(f"the engine 'onnx' runs on the cpu, not on {options.device!r}; try engine='torch'")
        self._checkpoint = checkpoint
        # Its threads wait in a busy loop: more of them than cores, and none gets anything done.
        self._threads = min(options.n_threads, usable_cores())
        self._sessions = LazyStages(checkpoint.stages, self._load)

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says."""
        session = self._sessions[stage]
        names = [output.name for output in session.get_outputs()]
        try:
            values = session.run(names, dict(inputs))
        except Exception as error:  # the library's own errors share no class
            raise EngineError(f"ONNX Runtime failed on {stage!r}: {error}") from error
        return {name: np.asarray(value, np.float32) for name, value in zip(names, values, strict=True)}

    def _load(self, stage: str) -> onnxruntime.InferenceSession:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = self._threads
        settings.inter_op_num_threads = 1
        settings.log_severity_level = ERRORS_ONLY
        graph = self._checkpoint.read_graph(stage)
        try:
            return onnxruntime.InferenceSession(graph, settings, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's own errors share no class
            raise EngineError(
                f"{self._checkpoint.graph(stage)}: ONNX Runtime cannot load the graph: {error}"
            ) from error
