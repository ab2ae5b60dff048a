"""What can run a model."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator

import numpy as np

from fashionkit.cli.doctor.finding import Finding


def check_onnx() -> Iterator[Finding]:
    """ONNX Runtime and its providers; `auto` answers with it."""
    # Both through our own modules, which import them without their telemetry.
    runtime = importlib.import_module("fashionkit.models.onnx_runtime").onnxruntime
    providers = ", ".join(each.removesuffix("ExecutionProvider") for each in runtime.get_available_providers())
    yield Finding("engine onnx", "ok", f"ONNX Runtime {runtime.__version__}: {providers}; used on the processor")


def check_openvino() -> Iterator[Finding]:
    """OpenVINO and its devices."""
    openvino = importlib.import_module("fashionkit.runtime.engines.openvino").openvino
    core = openvino.Core()
    devices = ", ".join(core.available_devices)
    bf16 = "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    told = "it can compute in bf16" if bf16 else "no bf16 units"
    yield Finding("engine openvino", "ok", f"OpenVINO {openvino.__version__.partition('-')[0]}: {devices}; {told}")


def check_torch() -> Iterator[Finding]:
    """Torch, which answering can do without."""
    if importlib.util.find_spec("torch") is None:
        yield Finding(
            "engine torch",
            "note",
            "not installed; training and explaining need it",
            "pip install 'fashionkit[train]'",
        )
    else:
        yield Finding("engine torch", "ok", f"torch {importlib.import_module('torch').__version__}")


def check_search() -> Iterator[Finding]:
    """FAISS, by searching one vector: builds that overwrote each other import, and then fail."""
    faiss = importlib.import_module("faiss")
    index = faiss.IndexFlatIP(2)
    index.add(np.eye(2, dtype=np.float32))
    scores, places = index.search(np.array([[0.6, 0.8]], np.float32), 1)
    right = int(places[0, 0]) == 1 and abs(float(scores[0, 0]) - 0.8) < 1e-6  # noqa: PLR2004  # 0·0.6 + 1·0.8
    found = "finds the nearest vector" if right else "does not find the nearest of two vectors"
    yield Finding("search", "ok" if right else "wrong", f"FAISS {faiss.__version__} {found}")
