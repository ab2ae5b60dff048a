"""ONNX Runtime, on the CPU, or on a graphics card by choice."""

from __future__ import annotations

from typing import Any

import numpy as np

from fashionkit.errors import EngineError
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.models.onnx_runtime import onnxruntime
from fashionkit.runtime.engine import Arrays, EngineOptions, RawOutputs, usable_cores
from fashionkit.runtime.engines.stages import LazyStages

ERRORS_ONLY = 3
PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
}


class OnnxEngine:
    """Runs a checkpoint's graphs with ONNX Runtime.

    On the CPU a batch of photos is computed by the thread that asks for it: several run side by side, and none waits
    for another, which takes fewer core-seconds a photo than sharing each layer among all threads. A single photo has
    all threads, and so have sets.

    Raises:
        EngineError: The device is unknown or this ONNX Runtime was built without it; or bf16 is asked for.
    """

    name = "onnx"

    def __init__(self, checkpoint: Checkpoint, options: EngineOptions) -> None:
        self.device = "cpu" if options.device == "auto" else options.device
        self._provider, self._provider_options = _provider(self.device)
        if options.precision == "bf16":
            raise EngineError("the engine 'onnx' computes in fp32, not in bf16; try engine='openvino' or 'torch'")
        self._checkpoint = checkpoint
        # More threads than cores, and they would wait for each other at every layer.
        self._threads = min(options.n_threads, usable_cores())
        self._sessions = LazyStages(checkpoint.stages, lambda stage: self._load(stage, self._threads))
        self._by_itself = LazyStages((PHOTOS,), lambda stage: self._load(stage, 1))

    def run(self, stage: str, inputs: Arrays) -> RawOutputs:
        """As `Engine.run` says."""
        by_itself = self.device == "cpu" and self._threads > 1 and _is_batch(stage, inputs)
        session = (self._by_itself if by_itself else self._sessions)[stage]
        names = [output.name for output in session.get_outputs()]
        try:
            values = session.run(names, dict(inputs))
        except Exception as error:  # the library's own errors share no class
            raise EngineError(f"ONNX Runtime failed on {stage!r}: {error}") from error
        return {name: np.asarray(value, np.float32) for name, value in zip(names, values, strict=True)}

    def _load(self, stage: str, threads: int) -> onnxruntime.InferenceSession:
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = threads
        settings.inter_op_num_threads = 1
        settings.log_severity_level = ERRORS_ONLY
        # A thread that waits in a busy loop for its next layer takes the core from one that decodes.
        settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
        graph = self._checkpoint.read_graph(stage)
        providers = [(self._provider, self._provider_options)]
        try:
            session = onnxruntime.InferenceSession(graph, settings, providers=providers)
            session.disable_fallback()
        except Exception as error:  # the library's own errors share no class
            raise EngineError(
                f"{self._checkpoint.graph(stage)}: ONNX Runtime cannot load the graph: {error}"
            ) from error
        # Where a library of the card's is missing it says so on stderr, and would compute on the CPU.
        if session.get_providers()[0] != self._provider:
            raise EngineError(f"ONNX Runtime cannot use the device {self.device!r}; `fashionkit doctor` looks for it")
        return session


def _provider(device: str) -> tuple[str, dict[str, Any]]:
    """What ONNX Runtime calls a device such as "cuda:1", and how it is told which one."""
    kind, _, number = device.partition(":")
    if kind not in PROVIDERS or (number and (kind == "cpu" or not number.isdecimal())):
        raise EngineError(
            f"the engine 'onnx' runs on cpu, cuda, cuda:1 or tensorrt, not on {device!r}; try engine='torch'"
        )
    provider = PROVIDERS[kind]
    if provider not in onnxruntime.get_available_providers():
        raise EngineError(
            f"the engine 'onnx' runs on the cpu here, not on {device!r}: its ONNX Runtime was built without; "
            "pip uninstall onnxruntime, pip install onnxruntime-gpu"
        )
    return provider, {"device_id": int(number or 0)} if kind != "cpu" else {}


def _is_batch(stage: str, inputs: Arrays) -> bool:
    """Whether these are several photos."""
    return stage == PHOTOS and PHOTOS in inputs and np.shape(inputs[PHOTOS])[:1] > (1,)
