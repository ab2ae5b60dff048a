"""Files of half the size: weights rounded to half precision once, then computed with in single precision everywhere.

What is rounded are matrices and the kernels of convolutions, nearly all there is; whatever is one number a channel
stays as it is. The rounding happens in the model, before anything is written, so `model.safetensors` and the graphs
hold the same numbers and answer alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from fashionkit.errors import ModelError

LARGEST = float(torch.finfo(torch.float16).max)
# How far a weight of the graph may lie from a weight of the model times its factor: float32 in another order.
CLOSE = 1e-6


def round_to_half(model: nn.Module) -> None:
    """Rounds a model's weights, in place, to numbers that half precision holds.

    Raises:
        ModelError: A weight lies beyond what half precision holds.
    """
    for name, value in model.state_dict().items():
        if _is_weight(value):
            if not bool((value.abs() <= LARGEST).all()):
                raise ModelError(
                    f"{name} holds weights beyond ±{LARGEST:,.0f} or NaN, which float16 cannot; use dtype='float32'"
                )
            value.copy_(value.half())


def as_half(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a rounded model as they are stored."""
    return {name: value.half() if _is_weight(value) else value for name, value in state.items()}


def store_graph_as_half(path: Path, state: Mapping[str, Tensor]) -> None:
    """Rewrites a graph so that the weights of a rounded model stand in it in half precision.

    The exporter folds a normalisation into the convolution before it, whose kernels are then no longer those of the
    model: they are stored as those of the model and a factor a channel, which every engine multiplies out as it loads.
    """
    import onnx  # noqa: PLC0415  # slow to import, and needed only when a model is saved
    from onnx import helper, numpy_helper  # noqa: PLC0415

    model = onnx.load(path)
    weights = {name: value.numpy() for name, value in state.items() if _is_weight(value)}
    kept, made = [], []
    for tensor in model.graph.initializer:
        weight = _weight_of(tensor.name, weights)
        factor = None if weight is None else _factor(numpy_helper.to_array(tensor), weight)
        if weight is None or factor is None:
            kept.append(tensor)
            continue
        half, single = f"{tensor.name}.half", f"{tensor.name}.single"
        kept.append(numpy_helper.from_array(weight.astype(np.float16), half))
        if (factor == 1).all():
            made.append(helper.make_node("Cast", [half], [tensor.name], to=onnx.TensorProto.FLOAT))
            continue
        kept.append(numpy_helper.from_array(factor, f"{tensor.name}.factor"))
        made.append(helper.make_node("Cast", [half], [single], to=onnx.TensorProto.FLOAT))
        made.append(helper.make_node("Mul", [single, f"{tensor.name}.factor"], [tensor.name]))
    nodes = list(model.graph.node)
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(kept)
    model.graph.node.extend([*made, *nodes])
    onnx.save(model, path)


def _is_weight(value: Tensor) -> bool:
    return value.dtype == torch.float32 and value.ndim > 1


def _weight_of(name: str, weights: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32] | None:
    """The model's weight that a tensor of the graph is named after; the graph wraps the model, or is of one head."""
    return next((value for own, value in weights.items() if name == own or name.endswith(f".{own}")), None)


def _factor(found: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The factor of each output channel between a weight of the graph and the model's; None where there is none."""
    if found.shape != weight.shape:
        return None
    rows, own = found.reshape(len(found), -1).astype(np.float64), weight.reshape(len(weight), -1).astype(np.float64)
    squares = (own**2).sum(axis=1)
    factor = np.divide((rows * own).sum(axis=1), squares, out=np.ones(len(rows)), where=squares > 0)
    if np.abs(rows - factor[:, None] * own).max(initial=0) > CLOSE * np.abs(rows).max(initial=0):
        return None
    factor = np.where(np.abs(factor - 1) < CLOSE, 1.0, factor)
    return factor.astype(np.float32).reshape(-1, *[1] * (weight.ndim - 1))
