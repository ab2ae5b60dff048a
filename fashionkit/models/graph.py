"""The inference graphs of a model, as ONNX files that need neither torch nor fashionkit to run."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, cast

import numpy as np
import torch
from torch import Tensor, nn

from fashionkit.errors import ModelError, first_line
from fashionkit.heads import SetSpec
from fashionkit.models.half import store_graph_as_half
from fashionkit.models.origins import forget_origins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fashionkit.models.fashion_model import FashionModel

Dtype: TypeAlias = Literal["float32", "float16"]
"""As what weights are stored; either way they are computed with as float32."""

OPSET = 20
# Batches of one and two can be specialised by the exporter; an example of three is taken as "any number".
EXAMPLES = 3
# How far an output of a graph may lie from the model's, relatively and absolutely: float32 in another order of sums.
TOLERANCE = 1e-3


class PhotoGraph(nn.Module):
    """uint8 photos → one output a photo head, as a tuple in the order of `FashionModel.photo_heads`."""

    def __init__(self, model: FashionModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, photos: Tensor) -> tuple[Tensor, ...]:
        """N×H×W×3 uint8 → the raw outputs."""
        return tuple(self.model(photos).values())


def export_photo_graph(model: FashionModel, path: Path, dtype: Dtype = "float32") -> None:
    """Writes the graph from photos to the raw outputs of all photo heads, its weights as `dtype`.

    Raises:
        ModelError: The exporter cannot express the model.
    """
    height, width = model.input.size
    draw = torch.Generator().manual_seed(0)
    photos = torch.randint(256, (EXAMPLES, height, width, 3), dtype=torch.uint8, generator=draw)
    _export(PhotoGraph(model), {"photos": photos}, model.photo_heads, path, dtype)


def export_set_graph(model: FashionModel, name: str, path: Path, dtype: Dtype = "float32") -> None:
    """Writes the graph of a set head, from its packed inputs to its raw output, its weights as `dtype`.

    Raises:
        ModelError: The exporter cannot express the head.
    """
    inputs = example_sets(cast("SetSpec", model.specs[name]))
    _export(model.heads[name], inputs, (name,), path, dtype)


def example_sets(spec: SetSpec) -> dict[str, Tensor]:
    """Packed inputs of a few sets of different sizes, of unit vectors drawn at random but always the same."""
    draw = np.random.default_rng(0)
    sets = [draw.normal(size=(2 + place, spec.item_width)).astype(np.float32) for place in range(EXAMPLES)]
    packed = spec.pack([vectors / np.linalg.norm(vectors, axis=1, keepdims=True) for vectors in sets])
    return {name: torch.from_numpy(values) for name, values in packed.items()}


def _export(graph: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], path: Path, dtype: Dtype) -> None:
    batch = torch.export.Dim("batch", min=1, max=4096)
    try:
        with _quiet():
            torch.onnx.export(
                graph.eval(),
                (),
                path,
                kwargs=dict(inputs),
                input_names=list(inputs),
                output_names=list(outputs),
                opset_version=OPSET,
                dynamic_shapes={name: {0: batch} for name in inputs},
                dynamo=True,
                external_data=False,
                verbose=False,
            )
        forget_origins(path)
        if dtype == "float16":
            store_graph_as_half(path, graph.state_dict())
    except ImportError as error:
        raise ModelError(f"a checkpoint needs {error.name} to be written; pip install 'fashionkit[train]'") from error
    except Exception as error:  # the exporter raises errors of many kinds
        reason = first_line(error)
        raise ModelError(f"{path.name}: the model cannot be written as a graph: {reason}") from error
    _check(graph, inputs, outputs, path)


def _check(graph: nn.Module, inputs: Mapping[str, Tensor], outputs: Sequence[str], path: Path) -> None:
    """Refuses a graph that answers otherwise than the model, for one photo or several: exporters do err."""
    from fashionkit.models.onnx_runtime import onnxruntime  # noqa: PLC0415  # slow to import, and needed only when a model is saved

    try:
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's errors derive from nothing in common
        reason = first_line(error)
        raise ModelError(f"{path.name}: the graph of the model cannot be run: {reason}") from error
    for n in (1, EXAMPLES):
        some = {name: value[:n] for name, value in inputs.items()}
        with torch.no_grad():
            answered = graph(**some)
        expected = answered if isinstance(answered, tuple) else (answered,)
        answers = session.run(list(outputs), {name: value.numpy() for name, value in some.items()})
        for name, wanted, got in zip(outputs, expected, answers, strict=True):
            if not np.allclose(got, wanted.numpy(), rtol=TOLERANCE, atol=TOLERANCE):
                worst = float(np.abs(got - wanted.numpy()).max())
                raise ModelError(
                    f"{path.name}: the graph's {name!r} differs from the model's by {worst:.2g}; not saved"
                )


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter's advice to itself is of no use to whoever saves a model."""
    log = logging.getLogger("torch.onnx")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(level)
