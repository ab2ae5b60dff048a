"""What int8 costs layer by layer, and which layers therefore stay in float32."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Run: TypeAlias = Callable[[bytes, NDArray[np.uint8]], Mapping[str, Floats]]
"""The bytes of a graph and photos → its outputs."""

LEFT = 0.0025
"""How much of an output's variance the errors of all layers that are quantised may make up, added together."""

DEQUANTISE = "DequantizeLinear"
INPUTS_AND_WEIGHTS = (0, 1)


def costs(
    plain: Any,
    in_int8: Any,
    layers: Iterable[str],
    photos: NDArray[np.uint8],
    run: Run,
) -> Iterator[tuple[str, float]]:
    """By layer, the error that it makes where it alone is in int8: mean square ÷ variance, the mean over outputs.

    Args:
        plain: The graph in float32, from `folded`.
        in_int8: The same, all of its layers quantised.
        layers: The names of their nodes.
        photos: N×H×W×3, what it is asked about.
        run: Runs a graph.

    Yields:
        The name of a layer and its error.
    """
    expected = run(plain.SerializeToString(), photos)
    for layer in layers:
        answered = run(_with_one(plain, in_int8, layer).SerializeToString(), photos)
        errors = [np.square(answered[name] - own).mean() / max(own.var(), 1e-12) for name, own in expected.items()]
        yield layer, float(np.mean(errors))


def too_dear(found: Mapping[str, float], left: float = LEFT) -> list[str]:
    """The fewest layers without which the costs of the others add up to no more than `left`, the dearest first.

    >>> too_dear({"stem": 0.05, "first": 0.003, "second": 0.001, "third": 0.0001}, left=0.002)
    ['stem', 'first']
    """
    ordered = sorted(found, key=lambda layer: -found[layer])
    # What remains after the first 0, 1, 2, … layers are taken out; summed from the small end, so that 0 is 0.
    remaining = np.cumsum([0.0, *(found[layer] for layer in reversed(ordered))])[::-1]
    return ordered[: int(np.argmax(remaining <= left))]


def _with_one(plain: Any, in_int8: Any, layer: str) -> Any:
    """The plain graph in which one layer reads its input and its weights as the quantised graph does."""
    made_by = {output: node for node in in_int8.graph.node for output in node.output}
    constants = {tensor.name: tensor for tensor in in_int8.graph.initializer}
    model = copy.deepcopy(plain)
    known = {tensor.name for tensor in model.graph.initializer}
    nodes = []
    (twin,) = (node for node in in_int8.graph.node if node.name == layer)
    for node in model.graph.node:
        for slot in INPUTS_AND_WEIGHTS if node.name == layer else ():
            pair = _pair(made_by, twin.input[slot])
            nodes += pair
            if pair:
                node.input[slot] = twin.input[slot]
            for name in (name for each in pair for name in each.input if name in constants and name not in known):
                model.graph.initializer.append(constants[name])
                known.add(name)
        nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model


def _pair(made_by: Mapping[str, Any], name: str) -> list[Any]:
    """The nodes that bring a value to eight bits and back; of weights, which are stored in eight bits, the latter."""
    back = made_by.get(name)
    if back is None or back.op_type != DEQUANTISE:
        return []
    there = made_by.get(back.input[0])
    return [back] if there is None else [there, back]
