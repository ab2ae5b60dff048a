"""A graph with everything computed that does not depend on the photos, such as weights that are stored in half."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from fashionkit.errors import ModelError, first_line


def folded(graph: bytes) -> Any:
    """The bytes of an ONNX graph → an `onnx.ModelProto` whose weights stand in it as float32.

    Raises:
        ModelError: The package onnx is missing, or ONNX Runtime cannot load the graph.
    """
    from fashionkit.models.onnx_runtime import onnxruntime  # noqa: PLC0415  # slow to import, and needed only here

    try:
        import onnx  # noqa: PLC0415
    except ImportError as error:
        raise ModelError("int8 needs onnx, which is not installed; pip install 'fashionkit[int8]'") from error
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "folded.onnx"
        settings = onnxruntime.SessionOptions()
        # Basic rewrites stay within ONNX; the others use operators of ONNX Runtime's own.
        settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        settings.optimized_model_filepath = str(path)
        settings.log_severity_level = 3
        try:
            onnxruntime.InferenceSession(graph, settings, providers=["CPUExecutionProvider"])
        except Exception as error:  # the library's own errors share no class
            raise ModelError(f"the graph cannot be made ready for int8: {first_line(error)}") from error
        model = onnx.load(path)
    # It names operators of its own that it then does not use.
    used = {node.domain for node in model.graph.node}
    kept = [each for each in model.opset_import if each.domain in used]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    return model
