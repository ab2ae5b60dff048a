import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from drawing import draw_garment
from small_training import LABELS, drawn, small_model

from fashionkit import CategorySpec, Classifier, ConfigError, DataError, FashionModel, InputRule, ModelError, OutfitSpec
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.training.draw_curves import curves_svg
from fashionkit.training.examples import gather
from fashionkit.training.passes import order_of
from fashionkit.training.recipe import Mixing, Optimiser, Phase, Recipe, Stopping
from fashionkit.training.run_folder import read_log, run_folder
from fashionkit.training.trainer import fit
from fashionkit.training.validate import validation

FROZEN = Recipe(phases=(Phase(epochs=8, learning_rate=0.03, cached=True),), batch_size=8)
# Adam makes much of gradients that are rounding and nothing else.
SGD = Optimiser(name="sgd")
WHOLE = Recipe(phases=(Phase(steps=4, learning_rate=0.003, stages="all"),), batch_size=8)


def test_a_trained_model_answers_and_leaves_its_run_behind(tmp_path, photos):
    events = []
    model = fit(
        small_model(),
        drawn(32),
        FROZEN,
        tmp_path / "model",
        validate=validation(drawn(16, first=32)),
        watch=[events.append],
    )
    assert not model.training
    assert Classifier.load(tmp_path / "model").predict(photos[0]).label in LABELS
    run = run_folder(tmp_path / "model")
    assert sorted(path.name for path in run.iterdir()) == [
        "best.safetensors",
        "curves.svg",
        "last.safetensors",
        "log.jsonl",
        "recipe.toml",
    ]
    assert Recipe.read(run / "recipe.toml") == FROZEN
    assert read_log(run / "log.jsonl") == json.loads(json.dumps(events))
    assert [event["event"] for event in events].count("validation") == 8
    record = json.loads((tmp_path / "model" / "config.json").read_text())["training"]
    assert record["photos"] == {"drawn": 32}
    assert record["best"]["metric"] == "score"


@pytest.mark.usefixtures("unsaved")
def test_it_learns_what_it_is_shown(tmp_path):
    data = drawn(32)
    model = fit(small_model(), data, FROZEN, tmp_path / "model", validate=validation(data))
    before, after = (validation(data)(each.eval()) for each in (small_model(), model))
    assert after["category/accuracy"] > before["category/accuracy"] + 0.2


@pytest.mark.usefixtures("unsaved")
def test_the_best_weights_are_kept(tmp_path):
    seen: list[dict[str, torch.Tensor]] = []

    def judge(model: FashionModel) -> dict[str, float]:
        seen.append({name: value.clone() for name, value in model.state_dict().items()})
        return {"figure": [0.1, 0.9, 0.3, 0.4][len(seen) - 1]}

    recipe = Recipe(phases=(Phase(epochs=4, learning_rate=0.01, stages="all"),), batch_size=8)
    model = fit(small_model(), drawn(16), recipe, tmp_path / "model", validate=judge)
    assert all(torch.equal(value, seen[1][name]) for name, value in model.state_dict().items())


@pytest.mark.usefixtures("unsaved")
def test_a_phase_ends_where_nothing_gets_better(tmp_path):
    recipe = Recipe(
        phases=(Phase(epochs=9, learning_rate=0.01), Phase(epochs=9, learning_rate=0.01)),
        batch_size=8,
        stopping=Stopping(patience=2),
    )
    judged = []
    fit(small_model(), drawn(16), recipe, tmp_path / "model", validate=lambda _: judged.append(1) or {"figure": 0.5})
    assert len(judged) == 3 + 2


@pytest.mark.usefixtures("unsaved")
def test_the_average_is_judged_and_kept(tmp_path):
    recipe = Recipe(phases=WHOLE.phases, batch_size=8, ema=0.9)
    judged = []
    plain = fit(small_model(), drawn(16), WHOLE, tmp_path / "plain")
    model = fit(
        small_model(), drawn(16), recipe, tmp_path / "model", validate=lambda m: judged.append(m) or {"figure": 1}
    )
    assert judged[0] is not model
    assert not torch.equal(model.heads["category"].classifier.weight, plain.heads["category"].classifier.weight)


@pytest.mark.usefixtures("unsaved")
@pytest.mark.parametrize("amp", ["off", "bf16"])
def test_half_precision_learns_about_the_same(tmp_path, amp):
    recipe = Recipe(phases=WHOLE.phases, batch_size=8, amp=amp)
    model = fit(small_model("test_vit"), drawn(16), recipe, tmp_path / "model", device="cpu")
    wanted = fit(small_model("test_vit"), drawn(16), WHOLE, tmp_path / "wanted", device="cpu")
    for ours, theirs in zip(model.parameters(), wanted.parameters(), strict=True):
        assert torch.isfinite(ours).all()
        torch.testing.assert_close(ours, theirs, rtol=0.1, atol=0.02)


@pytest.mark.usefixtures("unsaved")
def test_passes_that_are_added_up_are_one_batch(tmp_path):
    """Where every label is known and no photos are compared, the mean of the halves is the mean of the whole."""

    def learned(batch_size: int, accumulate: int) -> FashionModel:
        torch.manual_seed(0)
        model = FashionModel("test_vit", {"category": CategorySpec(labels=LABELS)}, input=InputRule(size=(64, 64)))
        recipe = Recipe(phases=WHOLE.phases, batch_size=batch_size, accumulate=accumulate, optimiser=SGD)
        return fit(model, drawn(16), recipe, tmp_path / f"{batch_size}", device="cpu")

    for ours, theirs in zip(learned(4, 2).parameters(), learned(8, 1).parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-3, atol=1e-5)


@pytest.mark.usefixtures("unsaved")
def test_heads_that_read_sets_stand_still(tmp_path):
    torch.manual_seed(0)
    specs = {**small_model().specs, "outfit": OutfitSpec(item_width=8, hidden=8, heads=2)}
    model = FashionModel("test_efficientnet", specs, input=InputRule(size=(64, 64)))
    before = {name: value.clone() for name, value in model.heads["outfit"].state_dict().items()}
    fit(model, drawn(16), WHOLE, tmp_path / "model")
    assert all(torch.equal(value, before[name]) for name, value in model.heads["outfit"].state_dict().items())


@pytest.mark.usefixtures("unsaved")
def test_a_photo_that_cannot_be_read_is_passed_over(tmp_path, broken_photo):
    data = drawn(8)
    broken = LabelledPhoto(broken_photo, {"category": "dress"}, id="broken")
    with pytest.warns(UserWarning, match=r"broken\.png.*passed over"):
        fit(small_model(), DataSet("mine", "", (*data.photos, broken), Path()), WHOLE, tmp_path / "model")


@pytest.mark.usefixtures("unsaved")
def test_augmentation_changes_what_is_learned_and_is_always_the_same(tmp_path):
    pytest.importorskip("albumentations")
    recipe = Recipe(phases=WHOLE.phases, batch_size=8, augmentation="light")
    first, again = (
        fit(small_model(), drawn(16), recipe, tmp_path / name, threads=n) for name, n in (("a", 1), ("b", 3))
    )
    plain = fit(small_model(), drawn(16), WHOLE, tmp_path / "c")
    weights = [model.heads["category"].classifier.weight for model in (first, again, plain)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])


@pytest.mark.parametrize(("asked", "found"), [(0, 0), (1, 0), (3, 3), (99, 8)])
def test_products_stand_together_in_every_batch(asked, found):
    model = small_model()
    examples = gather([drawn(32)], model.specs)
    recipe = Recipe(phases=WHOLE.phases, batch_size=20, mixing=Mixing(products=asked, photos=2))
    order = order_of(examples, model.specs, recipe)
    products = examples.targets["embedding"][order.batch(0)][: 2 * found].reshape(found, 2)
    assert (products[:, 0] == products[:, 1]).all()
    assert len(set(products[:, 0].tolist())) == found
    assert order.parts[0].fixed == 2 * found


def test_products_are_left_out_where_no_embedding_learns():
    specs = {"category": CategorySpec(labels=LABELS)}
    recipe = Recipe(phases=WHOLE.phases, mixing=Mixing(products=8))
    assert len(order_of(gather([drawn(32)], specs), specs, recipe).parts) == 1


def test_a_loss_that_is_not_finite_stops_the_run(tmp_path):
    model = small_model()
    with torch.no_grad():
        model.heads["category"].classifier.bias.fill_(float("nan"))
    with pytest.raises(ModelError, match="the loss is nan in step 0"):
        fit(model, drawn(8), WHOLE, tmp_path / "model")


def test_a_folder_with_something_else_is_refused_before_any_work(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelError, match="something else than a model"):
        fit(small_model(), drawn(8), WHOLE, tmp_path)


@pytest.mark.parametrize(
    ("data", "recipe", "error", "said"),
    [
        ([], WHOLE, DataError, "no photo"),
        (
            DataSet("mine", "", (LabelledPhoto(np.asarray(draw_garment(0)), {"category": "dress"}),), Path()),
            WHOLE,
            DataError,
            "no photo has a label for the head 'attributes'",
        ),
        (drawn(8), Recipe(phases=WHOLE.phases, size=96), ConfigError, "the recipe is for photos of 96 px"),
        (drawn(8), Recipe(phases=WHOLE.phases, augmentation="stron"), ConfigError, "did you mean 'strong'"),
        (drawn(8), Recipe(phases=WHOLE.phases, mixing=Mixing(weights={"drwn": 2})), ConfigError, "'drawn'"),
    ],
)
def test_what_cannot_be_trained_is_refused(tmp_path, data, recipe, error, said):
    with pytest.raises(error, match=said):
        fit(small_model(), data, recipe, tmp_path / "model")


def test_curves_of_nothing_are_a_picture():
    assert curves_svg([]).startswith("<svg")
    event = {"event": "step", "step": 0, "loss": float("nan"), "losses": {"<b>": 1.0, "c": 2.0}}
    picture = curves_svg([event, {"event": "validation", "step": 0, "figures": {"a&b": 0.5}}])
    assert "nan" not in picture
    assert "&lt;b&gt;" in picture
    assert "a&amp;b" in picture


def test_no_warning_is_given_where_all_is_well(tmp_path, monkeypatch):
    monkeypatch.setattr(FashionModel, "save", lambda _self, folder: folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        fit(small_model(), drawn(8), WHOLE, tmp_path / "model")
