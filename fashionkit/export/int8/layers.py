"""Which nodes of a graph have weights, and which belong to heads."""

from __future__ import annotations

from typing import Any

WEIGHTED = ("Conv", "Gemm", "MatMul")
# The exporter names weights after the module that they are in.
OF_HEADS, OF_BACKBONE = ".heads.", "model.backbone.model."


def nodes_of_heads(model: Any) -> list[str]:
    """The nodes from the weights of heads on to the outputs, by name.

    They are a thousandth of the work and all of the answer: the length of a vector, above all, does not bear rounding.
    """
    reached = {tensor.name for tensor in model.graph.initializer if OF_HEADS in tensor.name}
    names = []
    for node in model.graph.node:
        if reached.intersection(node.input):
            reached.update(node.output)
            names.append(node.name)
    return names


def layers_of(model: Any) -> dict[str, str]:
    """The convolutions and linear layers outside heads, in order: by name of the node, what people call it."""
    weights = {tensor.name for tensor in model.graph.initializer}
    of_heads = set(nodes_of_heads(model))
    return {
        node.name: node.input[1].removeprefix(OF_BACKBONE).removesuffix(".weight")
        for node in model.graph.node
        if node.op_type in WEIGHTED and node.name not in of_heads and node.input[1] in weights
    }
