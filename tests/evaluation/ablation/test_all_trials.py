"""Real trainings of a tiny backbone, all over the same few photos."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
import torch
from msgspec import structs
from safetensors.torch import save_file
from small_training import LABELS, drawn

from fashionkit import Backbone, CategorySpec, EmbeddingSpec, FashionModel
from fashionkit.errors import ConfigError, DataError, ModelError
from fashionkit.evaluation.ablation import Base, Settings, ablate, choose, variants_of
from fashionkit.evaluation.ablation.trial import build
from fashionkit.training import Phase, Recipe
from fashionkit.training.run_folder import read_log

SPECS = {"category": CategorySpec(labels=LABELS), "embedding": EmbeddingSpec(dimension=8)}
RECIPE = Recipe(
    phases=(
        Phase(steps=2, learning_rate=0.01, cached=True),
        Phase(steps=2, learning_rate=0.003, stages=1),
    ),
    size=32,
    batch_size=8,
    augmentation="light",
    seed=3,
)
VAL = replace(drawn(12, first=40), split="val")
# The second set has no photos to judge by, as small folders have none.
NONE = replace(VAL, name="few", photos=())
SETTINGS = Settings([drawn(24), replace(drawn(4, first=60), name="few")], [VAL, NONE], device="cpu")


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """What another training might have left of the backbone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(9)
        path = tmp_path_factory.mktemp("weights") / "pretrained.safetensors"
        save_file(Backbone("test_efficientnet").model.state_dict(), path)
    return str(path)


@pytest.fixture(scope="module")
def variants(weights):
    pytest.importorskip("albumentations")
    return choose(*variants_of(Base("test_efficientnet", weights, SPECS, RECIPE)), ["single-category", "from-scratch"])


@pytest.fixture(scope="module")
def done(variants, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ablation") / "parts"
    return folder, ablate(variants, SETTINGS, folder)


def test_all_take_the_same_steps_and_are_measured_on_the_same_photos(done):
    folder, found = done
    assert [variant.name for variant in found.done] == ["joint", "single: category", "from scratch"]
    for variant in found.done:
        (trial,) = found.trials[variant.name]
        events = read_log(folder / variant.slug / "seed-3" / "model.run" / "log.jsonl")
        assert [each["step"] for each in events if each["event"] == "end"] == [4]
        assert not [each for each in events if each["event"] == "validation"]
        assert (trial.steps, trial.photos, trial.seed) == (4, 12, 3)
        assert trial.seconds > 0
        assert set(trial.outcomes["drawn/category/accuracy"]) == {photo.id for photo in VAL}
    joint, single, scratch = (set(found.trials[variant.name][0].figures) for variant in found.done)
    assert joint == scratch
    assert single == {name for name in joint if "/category/" in name} != joint


def test_the_models_are_there_with_what_each_differs_in(done, weights):
    folder, found = done
    joint, single, scratch = (FashionModel.load(folder / each.slug / "seed-3" / "model") for each in found.done)
    assert (set(joint.specs), set(single.specs)) == (set(SPECS), {"category"})
    pretrained = build(found.done[0], 3).backbone.state_dict()
    stem = next(iter(pretrained))
    assert torch.equal(joint.backbone.state_dict()[stem], pretrained[stem])  # one stage learned, at the top
    assert not torch.equal(scratch.backbone.state_dict()[stem], pretrained[stem])
    random = build(found.done[2], 3).backbone.state_dict()
    assert not torch.equal(scratch.backbone.state_dict()[stem], random[stem])  # all of it learned


def test_what_is_done_is_taken_over(done, variants):
    folder, found = done
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*/*/model/*")}
    told = []
    again = ablate(variants, SETTINGS, folder, tell=told.append)
    assert told == []
    assert again.to_dict() == found.to_dict() == json.loads((folder / "ablation.json").read_text("utf-8"))
    assert before == {path: path.stat().st_mtime_ns for path in folder.glob("*/*/model/*")}
    assert (folder / "ablation.md").read_text("utf-8").startswith("# What each part brings: drawn, few")


@pytest.mark.parametrize(
    ("what", "settings"),
    [
        ("recipe", SETTINGS),
        ("data set", replace(SETTINGS, train=[drawn(26), NONE])),
        ("set of photos that judge", replace(SETTINGS, val=[drawn(5, 40), NONE])),
        ("model", SETTINGS),
        ("set of pretrained weights", SETTINGS),
    ],
)
def test_what_belongs_to_something_else_is_not_mixed(done, variants, what, settings):
    folder, found = done
    changed = {
        "recipe": {"recipe": structs.replace(variants[0].recipe, clip=2.0)},
        "model": {"specs": {**SPECS, "embedding": EmbeddingSpec(dimension=9)}},
        "set of pretrained weights": {"weights": ""},
    }
    with pytest.raises(ModelError, match=f"holds a trial of another {what}; give the same, or another folder"):
        ablate([replace(variants[0], **changed.get(what, {})), *variants[1:]], settings, folder)
    assert json.loads((folder / "ablation.json").read_text("utf-8")) == found.to_dict()


def test_an_interrupted_one_goes_on(done, variants, tmp_path):
    folder, found = done

    def stop(event):
        if event["event"] == "step":
            raise KeyboardInterrupt

    # The single one anew: the base is done, and this one breaks off at its first step.
    shutil.copytree(folder, tmp_path / "parts")
    shutil.rmtree(tmp_path / "parts" / "single-category")
    with pytest.raises(KeyboardInterrupt):
        ablate(variants, replace(SETTINGS, watch=[stop]), tmp_path / "parts")
    kept = json.loads((tmp_path / "parts" / "ablation.json").read_text("utf-8"))
    assert kept["not_done"] == ["single: category"]
    assert [each["name"] for each in kept["variants"]] == ["joint", "from scratch"]
    told = []
    again = ablate(variants, SETTINGS, tmp_path / "parts", tell=told.append)
    assert told == ["2 of 3: single: category"]
    assert again.trials["single: category"][0].figures == found.trials["single: category"][0].figures


def test_what_cannot_be_trained_is_found_before_the_first_step(variants, tmp_path):
    wrong = [*variants, replace(variants[0], name="backbone: none", against="joint", backbone="test_efficientnot")]
    with pytest.raises(ModelError, match="timm has no model 'test_efficientnot'"):
        ablate(wrong, SETTINGS, tmp_path / "parts")
    deep = Recipe(phases=(Phase(steps=1, learning_rate=0.1, stages=99),), size=32)
    with pytest.raises(ConfigError, match="the recipe wants 99 to learn"):
        ablate([*variants, replace(variants[0], name="deep", recipe=deep)], SETTINGS, tmp_path / "parts")
    assert not (tmp_path / "parts").exists()


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        (replace(SETTINGS, val=[NONE, NONE]), DataError, "no photos are left to judge by"),
        (Settings([drawn(4), drawn(4)], [VAL, VAL]), DataError, "two data sets have one name"),
    ],
)
def test_what_cannot_be_measured_is_refused(variants, tmp_path, settings, error, said):
    with pytest.raises(error, match=said):
        ablate(variants, settings, tmp_path / "parts")
    assert not (tmp_path / "parts").exists()


def test_a_folder_of_something_else_is_left_alone(variants, tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ModelError, match="holds something else than an ablation"):
        ablate(variants, SETTINGS, tmp_path)
    with pytest.raises(ModelError, match="holds something else than an ablation"):
        ablate(variants, SETTINGS, tmp_path / "notes.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_damaged_trial_is_named(done, variants, tmp_path):
    folder, _ = done
    shutil.copytree(folder, tmp_path / "parts")
    (tmp_path / "parts" / "joint" / "seed-3" / "trial.json").write_bytes(b'{"identity"')
    with pytest.raises(ModelError, match=r"trial\.json: the trial cannot be read: .*remove"):
        ablate(variants, SETTINGS, tmp_path / "parts")


def test_several_processes_are_refused(variants, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="one process"):
        ablate(variants, SETTINGS, tmp_path / "parts")
