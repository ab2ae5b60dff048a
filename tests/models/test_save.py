from __future__ import annotations

import errno
import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from torch import nn

from fashionkit.errors import ModelError
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.images import InputRule
from fashionkit.models import Checkpoint, FashionModel, in_place, save

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def model(checkpoint):
    """The small model, slightly another than the one that was saved."""
    model = FashionModel.load(checkpoint)
    with torch.no_grad():
        model.heads["category"].classifier.bias += 1
    return model


@pytest.fixture
def quick(monkeypatch):
    """Graphs that are written at once, for tests of everything else."""
    monkeypatch.setattr(save, "export_photo_graph", lambda model, path, dtype: path.write_bytes(b"photos"))
    monkeypatch.setattr(save, "export_set_graph", lambda model, name, path, dtype: path.write_bytes(b"sets"))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def equal(one, other):
    one, other = one.state_dict(), other.state_dict()
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.usefixtures("quick")
def test_what_is_saved_is_loaded(model, tmp_path):
    folder = model.save(tmp_path / "new" / "schön 着物")
    assert folder == tmp_path / "new" / "schön 着物"
    again = FashionModel.load(folder)
    assert equal(again, model)
    photos = torch.randint(256, (2, 96, 64, 3), dtype=torch.uint8)
    with torch.no_grad():
        for name, raw in model(photos).items():
            assert torch.equal(raw, again(photos)[name])
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.usefixtures("quick")
def test_a_new_checkpoint_takes_the_place_of_the_old_one(model, copy):
    assert model.save(copy) == copy
    assert equal(FashionModel.load(copy), model)
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]


@pytest.mark.usefixtures("quick")
def test_what_lies_beside_a_checkpoint_is_not_lost(model, copy):
    (copy / "notes.txt").write_text("precious")
    with pytest.raises(ModelError, match=r"holds notes\.txt beside a checkpoint; move"):
        model.save(copy)
    assert (copy / "notes.txt").read_text() == "precious"
    FashionModel.load(copy)


@pytest.mark.usefixtures("quick")
def test_a_config_json_of_another_program_makes_no_checkpoint(model, tmp_path):
    (tmp_path / "config.json").write_text('{"my": "app"}')
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(ModelError, match="something else than a checkpoint"):
        model.save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "precious"


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["notes.txt", "model.safetensors"])
def test_what_is_no_checkpoint_is_not_replaced(model, tmp_path, name):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / name).write_text("precious")
    for folder in (tmp_path / "mine", tmp_path / "mine" / name):
        with pytest.raises(ModelError, match="something else than a checkpoint"):
            model.save(folder)
    assert (tmp_path / "mine" / name).read_text() == "precious"
    (tmp_path / "empty").mkdir()
    model.save(tmp_path / "empty")


@pytest.mark.usefixtures("quick")
def test_a_folder_called_previous_is_somebodys(model, copy):
    previous = copy.with_name("copy.previous")
    previous.mkdir()
    (previous / "notes.txt").write_text("precious")
    model.save(copy)
    assert (previous / "notes.txt").read_text() == "precious"
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy", "copy.previous"]


@pytest.mark.usefixtures("quick")
def test_a_link_to_a_checkpoint_stays_a_link(model, copy):
    link = copy.with_name("link")
    link.symlink_to(copy)
    model.save(link)
    assert link.is_symlink()
    assert equal(FashionModel.load(link), model)
    assert sorted(path.name for path in copy.parent.iterdir()) == ["copy", "link"]


def failing(error, at=0):
    """A function that works until its call number `at`, and then fails."""

    def wrap(function):
        calls = itertools.count()

        def call(*args, **kwargs):
            if next(calls) == at:
                raise error
            return function(*args, **kwargs)

        return call

    return wrap


STEPS = [
    (save, "save_file", SafetensorError("IoError: No space left"), 0),
    (save, "save_file", FULL, 0),
    (save, "export_photo_graph", ModelError("cannot be written as a graph"), 0),
    (save, "export_photo_graph", FULL, 0),
    (save, "export_set_graph", ModelError("cannot be written as a graph"), 0),
    (Path, "write_text", FULL, 0),
    (Path, "write_bytes", FULL, 2),
    (save, "sha256", FULL, 0),
    (in_place, "bring_to_disk", FULL, 0),
    (Path, "rename", FULL, 0),
    (Path, "rename", FULL, 1),
    (Path, "mkdir", FULL, 0),
    (in_place.tempfile, "mkdtemp", FULL, 0),
]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("step", STEPS)
def test_whatever_fails_the_old_one_is_there_and_nothing_else(monkeypatch, model, copy, step):
    where, name, error, at = step
    before = contents(copy)
    with monkeypatch.context() as patch:
        patch.setattr(where, name, failing(error, at)(getattr(where, name)))
        with pytest.raises(ModelError, match=r"No space left|cannot be written"):
            model.save(copy)
    assert contents(copy) == before
    assert [path.name for path in copy.parent.iterdir()] == ["copy"]
    Checkpoint.open(copy)


@pytest.mark.usefixtures("quick")
def test_an_old_one_that_cannot_be_removed_is_no_failure(monkeypatch, model, copy):
    rmtree = shutil.rmtree

    def refuse(path, ignore_errors=False, **kwargs):
        if "previous" in str(path) and not ignore_errors:
            raise FULL
        return rmtree(path, ignore_errors=ignore_errors, **kwargs)

    monkeypatch.setattr(in_place.shutil, "rmtree", refuse)
    assert equal(FashionModel.load(model.save(copy)), model)


@pytest.mark.parametrize(
    ("record", "arguments"),
    [({"f1": np.float32(0.5)}, {}), ({"a": object()}, {}), ({"a": "\ud800"}, {}), ({}, {"norm_layer": nn.LayerNorm})],
)
def test_a_record_that_json_cannot_hold_is_refused_before_the_export(monkeypatch, model, tmp_path, record, arguments):
    monkeypatch.setattr(save, "export_photo_graph", failing(AssertionError("exported"))(None))
    model.training_record, model.backbone.arguments = record, arguments
    with pytest.raises(ModelError, match="to be saved"):
        model.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
def test_saving_does_not_change_the_model(model, tmp_path):
    model.backbone.freeze(1)
    model.train()
    model.heads["category"].half()
    modes = {name: part.training for name, part in model.named_modules()}
    state = {name: value.clone() for name, value in model.state_dict().items()}
    learning = {name: weight.requires_grad for name, weight in model.named_parameters()}
    folder = model.save(tmp_path / "model")
    assert modes == {name: part.training for name, part in model.named_modules()}
    assert learning == {name: weight.requires_grad for name, weight in model.named_parameters()}
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    assert model.heads["category"].classifier.weight.dtype == torch.float16
    assert FashionModel.load(folder).heads["category"].classifier.weight.dtype == torch.float32


@pytest.mark.usefixtures("quick")
def test_weights_that_share_memory_are_saved_each(model, tmp_path):
    model.heads["embedding"].projection.bias = nn.Parameter(torch.zeros(8))
    model.heads["attributes"].twin = model.heads["embedding"].projection
    state = model.state_dict()
    assert "heads.attributes.twin.bias" in state
    assert model.save(tmp_path / "model").is_dir()


def prints(model, folder):
    return json.loads((model.save(folder) / "config.json").read_bytes())["fingerprints"]


@pytest.mark.usefixtures("quick")
def test_a_fingerprint_is_of_what_the_output_depends_on_and_nothing_else(checkpoint, tmp_path):
    model = FashionModel.load(checkpoint)
    before = prints(model, tmp_path / "a")
    assert before == json.loads((checkpoint / "config.json").read_bytes())["fingerprints"]
    assert len(set(before.values())) == 3

    def changed(how):
        other = FashionModel.load(checkpoint)
        with torch.no_grad():
            how(other)
        after = prints(other, tmp_path / "b")
        return {name for name in before if before[name] != after[name]}

    def relabel(other):
        other.specs["category"] = CategorySpec(labels=("x", "y", "z"), temperature=9.0)
        other.training_record = {"data": "other"}

    assert changed(relabel) == set()
    assert changed(lambda m: m.heads["outfit"].score.bias.add_(1)) == set()
    assert changed(lambda m: m.heads["embedding"].projection.bias.add_(1)) == {"embedding"}
    assert changed(lambda m: m.heads["category"].classifier.bias.add_(1)) == {"category"}
    assert changed(lambda m: next(m.backbone.parameters()).add_(1)) == set(before)
    assert changed(lambda m: setattr(m, "input", InputRule(size=(96, 64), fit="pad"))) == set(before)
    assert changed(lambda m: setattr(m.backbone, "mean", (0.1, 0.2, 0.3))) == set(before)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("name", ["a\0b", "n" * 300])
def test_what_can_be_no_folder_is_a_model_error(model, tmp_path, name):
    with pytest.raises(ModelError):
        model.save(tmp_path / name)


@pytest.mark.usefixtures("quick")
def test_what_a_model_has_seen_is_kept(model, tmp_path):
    model.seen = np.array([7, 3], np.uint64)
    folder = model.save(tmp_path / "model")
    assert FashionModel.load(folder).seen.tolist() == [3, 7]
    (folder / "seen.bin").write_bytes(bytes(16))
    with pytest.raises(ModelError, match="SHA-256"):
        Checkpoint.open(folder)
