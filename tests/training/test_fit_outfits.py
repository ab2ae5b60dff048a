from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from small_outfits import RECIPE, SPECS, coloured, outfit_model, write_outfits
from small_training import small_model

from fashionkit import (
    CategorySpec,
    DataError,
    FashionModel,
    ModelError,
    OutfitScorer,
    OutfitSpec,
    evaluate,
)
from fashionkit.datasets import DataSet, LabelledPhoto, Outfit, OutfitSet, open_data
from fashionkit.models.seen import are_among, hashes_of_outfits
from fashionkit.training import fit_outfits, learn_outfits, trainer
from fashionkit.training.interruption import Wish
from fashionkit.training.recipe import Outfits, Recipe
from fashionkit.training.run_folder import LOG, read_log, run_folder
from fashionkit.training.trainer import fit
from fashionkit.training.validate import validation

SHORT = msgspec.structs.replace(RECIPE, outfits=Outfits(epochs=3, batch_size=16))
PHOTO_STEPS, OUTFIT_STEPS = 60, 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_outfits(tmp_path_factory.mktemp("outfits"))


@pytest.fixture(scope="module")
def train(folder: Path) -> OutfitSet:
    opened = open_data(folder, "train")
    assert isinstance(opened, OutfitSet)
    return opened


@pytest.fixture(scope="module")
def val(folder: Path) -> OutfitSet:
    opened = open_data(folder, "val")
    assert isinstance(opened, OutfitSet)
    return opened


def weights(model: FashionModel, part: str = "") -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items() if name.startswith(part)}


def differing(one: Mapping[str, torch.Tensor], other: Mapping[str, torch.Tensor]) -> list[str]:
    return [name for name in one if not torch.equal(one[name], other[name])]


def test_photos_and_outfits_make_a_model_that_judges_outfits(tmp_path, folder, train, val):
    events: list[Mapping[str, Any]] = []
    before = validation(val)(outfit_model().eval())
    judge = validation([coloured(train), val])
    model = fit(
        outfit_model(), [coloured(train), train], RECIPE, tmp_path / "model", validate=judge, watch=[events.append]
    )
    after = validation(val)(model)
    assert before["outfit/fitb"] < 0.5
    assert after["outfit/fitb"] > 0.6
    assert after["outfit/auc"] > 0.7
    assert model.training_record["outfit figures"] == after
    assert model.training_record["outfits"] == {"outfits": 40}
    photos = {item: photo.photo for item, photo in train.items.items()}
    assert are_among(hashes_of_outfits(photos, [outfit.items for outfit in train.outfits]), model.seen).all()
    assert not are_among(hashes_of_outfits(photos, [outfit.items for outfit in val.outfits]), model.seen).any()
    report = evaluate(tmp_path / "model", folder, "val")
    assert report.figures["outfits/mixed/fitb"].value == pytest.approx(after["outfit/fitb"])
    assert report.figures["outfits/mixed/auc"].value == pytest.approx(after["outfit/auc"], abs=0.01)
    same, mixed = (["tops-red-0", f"trousers-{colour}-1", f"shoes-{colour}-2"] for colour in ("red", "blue"))
    scorer = OutfitScorer.load(tmp_path / "model")
    scores = [scorer.score([folder / "photos" / f"{item}.png" for item in items]).score for items in (same, mixed)]
    assert scores[0] > scores[1]


@pytest.mark.usefixtures("unsaved")
def test_what_happens_is_told_in_order(tmp_path, train, val):
    events: list[Mapping[str, Any]] = []
    fit(
        outfit_model(),
        [coloured(train), train],
        SHORT,
        tmp_path / "model",
        validate=validation([coloured(train), val]),
        watch=(each for each in [events.append]),
    )
    assert read_log(run_folder(tmp_path / "model") / LOG) == [{**event} for event in events]
    assert [event["event"] for event in events if event["event"] in {"begin", "end"}] == ["begin", "begin", "end"]
    first, second = (event for event in events if event["event"] == "begin")
    assert (first["step"], first["steps"]) == (0, PHOTO_STEPS)
    assert (second["step"], second["steps"]) == (PHOTO_STEPS, PHOTO_STEPS + OUTFIT_STEPS)
    steps = [event["step"] for event in events if event["event"] == "step"]
    assert steps == sorted(set(steps))
    assert steps[-1] == PHOTO_STEPS + OUTFIT_STEPS - 1
    *of_photos, of_outfits = (set(event["figures"]) for event in events if event["event"] == "validation")
    assert all(figures == {"embedding/hit_rate_at_1"} for figures in of_photos)
    assert of_outfits == {"outfit/fitb", "outfit/auc"}
    assert "outfit" in (run_folder(tmp_path / "model") / "curves.svg").read_text()


@pytest.mark.usefixtures("unsaved")
def test_of_outfits_alone_nothing_but_what_goes_together_is_learned(tmp_path, train):
    model = fit(outfit_model(), train, SHORT, tmp_path / "model")
    changed = differing(weights(outfit_model()), weights(model))
    assert changed
    assert all(name.startswith("heads.outfit.") for name in changed)
    assert Recipe.read(run_folder(tmp_path / "model") / "recipe.toml") == SHORT
    assert not model.training


@pytest.mark.usefixtures("unsaved")
def test_photos_learn_the_same_with_outfits_beside_them(tmp_path, train):
    alone = fit(outfit_model(), coloured(train), SHORT, tmp_path / "alone")
    both = fit(outfit_model(), [coloured(train), train], SHORT, tmp_path / "both")
    changed = differing(weights(alone), weights(both))
    assert changed
    assert all(name.startswith("heads.outfit.") for name in changed)


@pytest.mark.usefixtures("unsaved")
def test_an_embedding_without_labels_stands_still(tmp_path, train):
    specs = {"category": CategorySpec(labels=("tops", "trousers", "shoes")), **SPECS}
    model = fit(outfit_model(specs), [train.as_photos(), train], SHORT, tmp_path / "model")
    before, after = (weights(each, "heads.") for each in (outfit_model(specs), model))
    changed = differing(before, after)
    assert any(name.startswith("heads.category.") for name in changed)
    assert any(name.startswith("heads.outfit.") for name in changed)
    directions = [each["heads.embedding.projection.weight"].flatten() for each in (before, after)]
    assert torch.cosine_similarity(*directions, dim=0) > 0.999


@pytest.mark.usefixtures("unsaved")
def test_photos_without_labels_beside_outfits_are_passed_over(tmp_path, train):
    photos = replace(
        train.as_photos(), photos=tuple(LabelledPhoto(each.photo, id=each.id) for each in train.as_photos())
    )
    model = fit(outfit_model(), [photos, train], SHORT, tmp_path / "model")
    assert "photos" not in model.training_record


def broken_off(at: int, patch: pytest.MonkeyPatch) -> None:
    """The training fails before it takes that step of the outfit part."""
    taken = learn_outfits.learn_outfits

    def fails(*given: Any, **options: Any) -> Any:
        for step in taken(*given, **options):
            if step.number == at:
                raise OSError("the plug was pulled")
            yield step

    patch.setattr(fit_outfits, "learn_outfits", fails)


@pytest.mark.usefixtures("unsaved")
@pytest.mark.parametrize("with_photos", [True, False])
def test_a_run_that_broke_off_goes_on_to_the_same_weights(tmp_path, train, monkeypatch, with_photos):
    def run(name: str, *, resume: bool = False) -> dict[str, torch.Tensor]:
        data = [coloured(train), train] if with_photos else [train]
        return weights(fit(outfit_model(), data, SHORT, tmp_path / name, resume=resume, device="cpu"))

    whole = run("whole")
    with monkeypatch.context() as patch:
        broken_off(int(np.random.default_rng().integers(OUTFIT_STEPS)), patch)
        with pytest.raises(OSError, match="plug"):
            run("broken")
    with pytest.raises(ModelError, match="--resume\\), or remove"):
        run("broken")
    assert not differing(whole, run("broken", resume=True))
    assert not differing(whole, run("broken", resume=True))
    logs = [read_log(run_folder(tmp_path / name) / LOG) for name in ("whole", "broken")]
    last = [[event["step"] for event in log if event["event"] == "step"][-1] for log in logs]
    assert last[0] == last[1]
    assert [event["event"] for event in logs[1]].count("end") == 1


@pytest.mark.usefixtures("unsaved")
def test_the_same_run_twice_gives_the_same_weights_and_another_seed_others(tmp_path, train):
    other = msgspec.structs.replace(SHORT, seed=4)
    first, again, different = (
        weights(fit(outfit_model(), train, recipe, tmp_path / str(place), device="cpu"))
        for place, recipe in enumerate((SHORT, SHORT, other))
    )
    assert not differing(first, again)
    assert differing(first, different)


@pytest.mark.usefixtures("unsaved")
def test_whoever_wants_it_to_stop_is_heard_between_steps(tmp_path, train, monkeypatch):
    wish = Wish()
    monkeypatch.setattr(trainer, "listening", lambda: nullcontext(wish))

    def ask(event: Mapping[str, Any]) -> None:
        wish.to_stop = event["event"] == "step"

    with pytest.raises(KeyboardInterrupt):
        fit(outfit_model(), train, SHORT, tmp_path / "model", watch=[ask])
    events = read_log(run_folder(tmp_path / "model") / LOG)
    assert [event["event"] for event in events] == ["begin", "step"]
    assert not (tmp_path / "model").exists()


@pytest.mark.usefixtures("unsaved")
def test_a_judge_of_ones_own_is_asked_once_more(tmp_path, train):
    judged: list[FashionModel] = []
    model = fit(
        outfit_model(), train, SHORT, tmp_path / "model", validate=lambda each: judged.append(each) or {"own": 0.5}
    )
    assert judged == [model]
    assert model.training_record["outfit figures"] == {"own": 0.5}


@pytest.mark.usefixtures("unsaved")
def test_outfits_with_an_item_that_cannot_be_read_are_left_out(tmp_path, train, broken_photo):
    items = {**train.items, "tops-red-0": LabelledPhoto(broken_photo, id="tops-red-0")}
    with_it = sum("tops-red-0" in outfit.items for outfit in train.outfits)
    large = Outfit("large", "", tuple(train.items)[:17])
    data = replace(train, items=items, outfits=(*train.outfits, large), pool_of=pools(train))
    assert with_it > 0
    with (
        pytest.warns(UserWarning, match=rf"^{with_it + 1} outfits are left out"),
        pytest.warns(UserWarning, match=r"broken\.png.*passed over"),
    ):
        fit(outfit_model(), data, SHORT, tmp_path / "model")


def pools(outfits: OutfitSet) -> dict[str, tuple[str, str]]:
    return {item: (item.split("-")[0], "") for item in outfits.items}


@pytest.mark.usefixtures("unsaved")
@pytest.mark.filterwarnings("ignore:.*:UserWarning")
def test_what_cannot_be_learned_is_refused(tmp_path, train, broken_photo):
    with pytest.raises(DataError, match="no outfit in the data"):
        fit(outfit_model(), replace(train, outfits=()), SHORT, tmp_path / "model")
    with pytest.raises(DataError, match="the model has no outfit head"):
        fit(small_model(), train, SHORT, tmp_path / "model")
    unreadable = {item: LabelledPhoto(broken_photo, id=item) for item in train.items}
    with pytest.raises(DataError, match="no outfit can be learned from"):
        fit(outfit_model(), replace(train, items=unreadable), SHORT, tmp_path / "model")
    with pytest.raises(DataError, match="no photo has a label for the head 'category'"):
        fit(
            outfit_model({"category": CategorySpec(labels=("a", "b")), **SPECS}),
            [coloured(train), train],
            SHORT,
            tmp_path / "model",
        )
    with pytest.raises(DataError, match="no photo"):
        fit(outfit_model(), DataSet("none", "", (), Path()), SHORT, tmp_path / "model")
    with pytest.raises(ModelError, match="reads items of 8 numbers, and 'embedding' gives 16"):
        outfit_model({**SPECS, "outfit": OutfitSpec(item_width=8)})


@pytest.mark.usefixtures("unsaved")
def test_a_run_of_something_else_is_not_gone_on_with(tmp_path, train):
    fit(outfit_model(), train, SHORT, tmp_path / "outfits")
    with pytest.raises(ModelError, match="another recipe"):
        fit(outfit_model(), train, RECIPE, tmp_path / "outfits", resume=True)
    fit(outfit_model(), coloured(train), SHORT, tmp_path / "photos")
    with pytest.raises(ModelError, match="another data set"):
        fit(outfit_model(), train, SHORT, tmp_path / "photos", resume=True)


@pytest.mark.slow
def test_two_processes_have_one_model(tmp_path, folder):
    pytest.importorskip("accelerate")
    script = Path(__file__).with_name("shared_outfits_run.py")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(script.parents[1])}
    for name, options in (("one", ()), ("two", launcher)):
        command = [sys.executable, *options, str(script), str(tmp_path / name), str(folder)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
    alone, first, second = (load_file(tmp_path / f"{name}.safetensors") for name in ("one/0", "two/0", "two/1"))
    assert not differing(first, second)
    # Adam makes much of gradients that are rounding and nothing else, so that the outfit head differs a little.
    for name in (name for name in alone if not name.startswith("heads.outfit.")):
        torch.testing.assert_close(first[name], alone[name], rtol=1e-2, atol=1e-2, msg=name)
    logs = [read_log(run_folder(tmp_path / name) / LOG) for name in ("one", "two")]
    assert [event["event"] for event in logs[0]] == [event["event"] for event in logs[1]]
    one, two = (next(event for event in reversed(log) if event["event"] == "validation")["figures"] for log in logs)
    assert two == pytest.approx(one, abs=0.1)
