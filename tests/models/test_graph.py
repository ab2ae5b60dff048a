from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from torch import nn

from fashionkit.errors import ModelError
from fashionkit.heads import get
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.images import InputRule
from fashionkit.models import FashionModel, graph
from fashionkit.models.onnx_runtime import onnxruntime


@pytest.fixture(scope="module")
def model(checkpoint):
    return FashionModel.load(checkpoint)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_graph_of_photos_answers_as_the_model(checkpoint, model, n):
    photos = torch.randint(256, (n, 96, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(n))
    session = onnxruntime.InferenceSession(checkpoint / "graph.onnx")
    names = [output.name for output in session.get_outputs()]
    assert names == list(model.photo_heads)
    with torch.no_grad():
        for name, raw in zip(names, session.run(None, {"photos": photos.numpy()}), strict=True):
            np.testing.assert_allclose(raw, model(photos)[name].numpy(), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("sizes", [[2], [16, 2, 7]])
def test_the_graph_of_a_set_head_answers_as_the_model(checkpoint, model, sizes):
    draw = np.random.default_rng(0)
    packed = model.specs["outfit"].pack([draw.normal(size=(n, 8)).astype(np.float32) for n in sizes])
    session = onnxruntime.InferenceSession(checkpoint / "outfit.onnx")
    (raw,) = session.run(["outfit"], packed)
    with torch.no_grad():
        expected = model.score_sets("outfit", {name: torch.from_numpy(value) for name, value in packed.items()})
    np.testing.assert_allclose(raw, expected.numpy(), rtol=1e-3, atol=1e-4)


def test_the_graph_holds_the_backbone_once(checkpoint, model):
    held = onnx.load(checkpoint / "graph.onnx").graph
    convolutions = sum(node.op_type == "Conv" for node in held.node)
    assert convolutions == sum(isinstance(part, nn.Conv2d) for part in model.backbone.modules()) > 0


def test_a_graph_does_not_say_where_it_was_made(checkpoint):
    onnx = pytest.importorskip("onnx")
    for file in Path(checkpoint).glob("*.onnx"):
        nodes = onnx.load(file).graph.node
        assert not any(node.metadata_props or node.doc_string for node in nodes)
        assert str(Path(__file__).parents[2]).encode() not in file.read_bytes()


def test_a_transformer_is_saved_and_answers_alike(tmp_path):
    specs = {"category": CategorySpec(labels=("a", "b")), "embedding": get("embedding").spec_class().example()}
    model = FashionModel("test_vit", specs, input=InputRule(size=(32, 48))).train()
    folder = model.save(tmp_path / "model")
    assert model.training
    again = FashionModel.load(folder)
    photos = torch.randint(256, (4, 32, 48, 3), dtype=torch.uint8)
    answers = onnxruntime.InferenceSession(folder / "graph.onnx").run(None, {"photos": photos.numpy()})
    with torch.no_grad():
        for (name, raw), answered in zip(model.eval()(photos).items(), answers, strict=True):
            assert torch.equal(again(photos)[name], raw)
            np.testing.assert_allclose(answered, raw.numpy(), rtol=1e-3, atol=1e-4)


class Toy(nn.Module):
    def forward(self, photos):
        return photos * 2.0


def test_a_graph_that_answers_otherwise_is_not_saved(tmp_path):
    photos = {"photos": torch.rand(3, 4)}
    graph._export(Toy(), photos, ["out"], tmp_path / "graph.onnx", "float32")
    graph._check(Toy(), photos, ["out"], tmp_path / "graph.onnx")
    with pytest.raises(ModelError, match=r"the graph's 'out' differs from the model's by .*; not saved"):
        graph._check(Other(), photos, ["out"], tmp_path / "graph.onnx")
    (tmp_path / "graph.onnx").write_bytes(b"rubbish")
    with pytest.raises(ModelError, match="cannot be run"):
        graph._check(Toy(), photos, ["out"], tmp_path / "graph.onnx")


class Other(nn.Module):
    def forward(self, photos):
        return photos * 2.1


class Branches(nn.Module):
    def forward(self, photos):
        return photos if photos.sum().item() > 0 else -photos


def test_a_model_that_no_graph_can_express_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"graph\.onnx: the model cannot be written as a graph"):
        graph._export(Branches(), {"photos": torch.rand(3, 4)}, ["out"], tmp_path / "graph.onnx", "float32")
