from __future__ import annotations

import pytest

from fashionkit.export.int8.fold import folded
from fashionkit.export.int8.layers import layers_of, nodes_of_heads
from fashionkit.models import Checkpoint, locate
from fashionkit.models.checkpoint import PHOTOS


@pytest.fixture(scope="module")
def graph():
    pytest.importorskip("onnx")
    return folded(Checkpoint.open(locate("default")).read_graph(PHOTOS))


def test_folding_leaves_weights_in_float32_and_answers_as_before(graph):
    import numpy as np

    from fashionkit.models.onnx_runtime import onnxruntime

    read = [
        onnxruntime.InferenceSession(each, providers=["CPUExecutionProvider"])
        for each in (Checkpoint.open(locate("default")).read_graph(PHOTOS), graph.SerializeToString())
    ]
    photos = np.random.default_rng(0).integers(256, size=(2, 192, 192, 3), dtype=np.uint8)
    for before, after in zip(*(session.run(None, {PHOTOS: photos}) for session in read), strict=True):
        np.testing.assert_allclose(after, before, atol=1e-3, rtol=1e-3)
    assert not any(tensor.name.endswith(".half") for tensor in graph.graph.initializer)
    assert {each.domain for each in graph.opset_import} == {""}


def test_every_layer_is_either_of_the_backbone_or_of_a_head(graph):
    layers, heads = layers_of(graph), set(nodes_of_heads(graph))
    weighted = [node for node in graph.graph.node if node.op_type in ("Conv", "Gemm")]
    assert set(layers) | heads >= {node.name for node in weighted}
    assert heads.isdisjoint(layers)
    assert {node.name for node in weighted if node.op_type == "Gemm"} <= heads
    assert next(iter(layers.values())) == "conv_stem"
    assert len(set(layers.values())) == len(layers) == 49


def test_what_divides_an_embedding_by_its_length_is_of_its_head(graph):
    (last,) = (node.name for node in graph.graph.node if "embedding" in node.output)
    assert last in nodes_of_heads(graph)
