from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from fashionkit.export.int8.sensitivity import costs, too_dear

pytestmark = pytest.mark.light

some_costs = st.dictionaries(st.text(min_size=1, max_size=4), st.floats(0, 10), max_size=12)


@given(some_costs, st.floats(0, 5))
def test_the_fewest_layers_are_taken_out_and_the_dearest(found, left):
    out = too_dear(found, left)
    rest = [found[layer] for layer in found if layer not in out]
    assert sum(sorted(rest)) <= left * (1 + 1e-9)
    assert all(found[layer] >= max(rest, default=0) for layer in out)
    if out:
        assert sum(sorted([*rest, found[out[-1]]])) > left * (1 - 1e-9)


def test_a_cost_is_the_error_of_one_layer_alone():
    onnx = pytest.importorskip("onnx")
    from onnx import TensorProto, helper, numpy_helper

    from fashionkit.models.onnx_runtime import onnxruntime

    weights = {"exact": np.array([1, 2], np.float32), "rough": np.array([0.3, 0.4], np.float32)}
    in_eight = {"exact": np.array([1, 2], np.int8), "rough": np.array([0, 1], np.int8)}
    photos = np.random.default_rng(0).integers(256, size=(4, 2), dtype=np.uint8)

    def graph(rounded):
        """Two layers that multiply, each with weights of its own."""
        nodes, tensors = [helper.make_node("Cast", ["photos"], ["a"], "cast", to=TensorProto.FLOAT)], []
        for name, at, to in (("exact", "a", "b"), ("rough", "b", "out")):
            weight = name
            tensors.append(numpy_helper.from_array((in_eight if rounded else weights)[name], name))
            if rounded:
                tensors.append(numpy_helper.from_array(np.float32(1), f"{name}.scale"))
                weight = f"{name}.back"
                nodes.append(helper.make_node("DequantizeLinear", [name, f"{name}.scale"], [weight], f"{name}.dq"))
            nodes.append(helper.make_node("Mul", [at, weight], [to], f"{name}.node"))
        given = helper.make_tensor_value_info("photos", TensorProto.UINT8, ["n", 2])
        out = helper.make_tensor_value_info("out", TensorProto.FLOAT, ["n", 2])
        made = helper.make_graph(nodes, "tests", [given], [out], tensors)
        return helper.make_model(made, ir_version=10, opset_imports=[helper.make_opsetid("", 20)])

    def run(model, photos):
        session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        return {"out": session.run(["out"], {"photos": photos})[0]}

    def renamed(model):
        """As a quantised graph has them: the weights in eight bits beside those in float32, under other names."""
        for tensor in model.graph.initializer:
            tensor.name = f"q.{tensor.name}"
        for node in model.graph.node:
            for slot, name in enumerate(node.input):
                if name in {"exact", "rough", "exact.scale", "rough.scale"}:
                    node.input[slot] = f"q.{name}"
        return model

    plain = graph(rounded=False)
    before = plain.SerializeToString()
    found = dict(costs(plain, renamed(graph(rounded=True)), ["exact.node", "rough.node"], photos, run))
    expected = photos * weights["exact"] * weights["rough"]
    wrong = photos * weights["exact"] * in_eight["rough"]
    assert found["exact.node"] == 0
    assert found["rough.node"] == pytest.approx(np.square(wrong - expected).mean() / expected.var(), rel=1e-5)
    assert plain.SerializeToString() == before
    assert onnx.checker.check_model(plain) is None
