from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from safetensors.torch import load_file
from torch import nn

from fashionkit.errors import ConfigError, ModelError
from fashionkit.models import Checkpoint, FashionModel
from fashionkit.models.graph import OPSET
from fashionkit.models.half import as_half, round_to_half, store_graph_as_half
from fashionkit.runtime import Model


@pytest.fixture(scope="module")
def saved(checkpoint, tmp_path_factory):
    """The small model, saved in half precision."""
    return FashionModel.load(checkpoint).save(tmp_path_factory.mktemp("half") / "model", dtype="float16")


def raw_of(folder, photos):
    model = Model.load(folder)
    return next(iter(model.pipeline.stream([photos], lambda outputs: [dict(outputs)])))[1]


def test_the_files_are_about_half_the_size(saved, checkpoint):
    # One number a channel stays as it is, and there are many channels in a small model.
    for name in ("model.safetensors", "graph.onnx"):
        assert (saved / name).stat().st_size < 0.75 * (checkpoint / name).stat().st_size
    for name, value in load_file(saved / "model.safetensors").items():
        assert value.dtype == (torch.float16 if value.ndim > 1 else value.dtype)
        assert value.ndim > 1 or value.dtype != torch.float16, name


def test_weights_and_graph_answer_alike(saved, photos):
    model = FashionModel.load(saved)
    assert all(value.dtype != torch.float16 for value in model.state_dict().values())
    by_graph = raw_of(saved, photos[0])
    by_weights = raw_of(model, photos[0])
    assert by_weights.keys() == by_graph.keys()
    for name, raw in by_weights.items():
        assert np.allclose(raw, by_graph[name], atol=1e-4)


def test_the_answers_are_near_those_of_full_precision(saved, checkpoint, photos):
    half, full = raw_of(saved, photos[0]), raw_of(checkpoint, photos[0])
    for name, raw in full.items():
        assert np.abs(raw - half[name]).max() < 0.02 * max(1, np.abs(raw).max())


def test_saving_it_again_in_full_changes_no_answer_and_no_fingerprint(saved, tmp_path):
    again = FashionModel.load(saved).save(tmp_path / "again")
    assert Checkpoint.open(again).config.fingerprints == Checkpoint.open(saved).config.fingerprints


def test_every_weight_of_the_graph_is_one_of_the_file(saved):
    weights = load_file(saved / "model.safetensors")
    stored = [t for t in onnx.load(saved / "graph.onnx").graph.initializer if t.name.endswith(".half")]
    assert len(stored) > 10
    for tensor in stored:
        name = tensor.name.removesuffix(".half")
        own = next(value for key, value in weights.items() if name.endswith(f".{key}") or name == key)
        assert np.array_equal(numpy_helper.to_array(tensor), own.numpy())


def test_the_model_that_is_saved_stays_as_it_is(checkpoint, tmp_path):
    model = FashionModel.load(checkpoint)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.save(tmp_path / "half", dtype="float16")
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


@pytest.mark.parametrize("value", [1e6, float("inf"), float("nan")])
def test_what_half_precision_cannot_hold_is_refused(value):
    layer = nn.Linear(2, 2)
    with torch.no_grad():
        layer.weight[0, 0] = value
    with pytest.raises(ModelError, match=r"weight holds weights beyond ±65,504 or NaN.*float32"):
        round_to_half(layer)


@pytest.mark.parametrize("dtype", ["float8", "half", None, 16])
def test_another_dtype_is_refused_before_anything_is_written(checkpoint, tmp_path, dtype):
    with pytest.raises(ConfigError, match="dtype cannot be"):
        FashionModel.load(checkpoint).save(tmp_path / "new", dtype=dtype)
    assert not list(tmp_path.iterdir())


def graph_with(tmp_path, found):
    tensor = numpy_helper.from_array(found, "model.weight")
    node = onnx.helper.make_node("Identity", ["model.weight"], ["out"])
    out = onnx.helper.make_tensor_value_info("out", onnx.TensorProto.FLOAT, found.shape)
    graph = onnx.helper.make_graph([node], "g", [], [out], [tensor])
    path = tmp_path / "g.onnx"
    onnx.save(onnx.helper.make_model(graph, ir_version=10, opset_imports=[onnx.helper.make_opsetid("", OPSET)]), path)
    return path


@pytest.mark.parametrize("factor", [[1.0, 1.0], [2.0, 0.1], [-3.0, 0.0]])
def test_a_weight_times_a_factor_a_channel_is_stored_as_both(tmp_path, factor):
    from fashionkit.models.onnx_runtime import onnxruntime

    layer = nn.Linear(3, 2)
    round_to_half(layer)
    weight = layer.weight.detach().numpy()
    found = weight * np.array(factor, np.float32)[:, None]
    path = graph_with(tmp_path, found)
    store_graph_as_half(path, layer.state_dict())
    assert "model.weight" not in {tensor.name for tensor in onnx.load(path).graph.initializer}
    (answer,) = onnxruntime.InferenceSession(path).run(None, {})
    assert np.allclose(answer, found, rtol=1e-6, atol=0)


def test_a_weight_that_is_something_else_stays(tmp_path):
    layer = nn.Linear(3, 2)
    round_to_half(layer)
    path = graph_with(tmp_path, np.arange(6, dtype=np.float32).reshape(2, 3))
    before = path.read_bytes()
    store_graph_as_half(path, layer.state_dict())
    assert [t.name for t in onnx.load(path).graph.initializer] == ["model.weight"]
    assert onnx.load(path).graph == onnx.load_from_string(before).graph


def test_only_matrices_are_halved():
    layer = nn.BatchNorm1d(4)
    assert {value.dtype for value in as_half(layer.state_dict()).values()} == {torch.float32, torch.int64}
