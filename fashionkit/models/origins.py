"""A graph without the places that it came from: its exporter notes the files and lines of whoever saved the model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any


def forget_origins(path: Path) -> None:
    """Takes the notes of the exporter out of a graph: paths of a machine are nobody's business, and change the file.

    Args:
        path: The graph, which is written anew.
    """
    import onnx  # noqa: PLC0415  # slow to import, and needed only when a model is saved

    model = onnx.load(path)
    for part in _parts(model):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.save(model, path)


def _parts(model: Any) -> Iterator[Any]:
    yield model
    yield from model.functions
    for graph in (model.graph, *model.functions):
        yield from graph.node
        yield from graph.value_info
    yield model.graph
    yield from model.graph.initializer
    yield from model.graph.input
    yield from model.graph.output
