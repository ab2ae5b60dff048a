"""A checkpoint's graph as OpenVINO's two files, with metadata inside."""

from __future__ import annotations

from pathlib import Path

from fashionkit.errors import EngineError, first_line


def write_openvino(graph: bytes, key: str, text: str, path: Path) -> None:
    """Writes `path`, which ends in .xml, and the weights beside it in .bin.

    Raises:
        EngineError: OpenVINO is missing, or cannot express the graph.
        OSError: The disk refuses.
    """
    try:
        # The engine's own import, which tells nobody over the network.
        from fashionkit.runtime.engines.openvino import openvino  # noqa: PLC0415  # slow to import
    except ImportError as error:
        raise EngineError("the form 'openvino' needs openvino, which is missing; pip install fashionkit") from error
    try:
        model = openvino.Core().read_model(graph)
        model.set_rt_info(text, [key])
        openvino.serialize(model, path)
    except RuntimeError as error:
        raise EngineError(f"{path.name}: OpenVINO cannot write the graph: {first_line(error)}") from error
