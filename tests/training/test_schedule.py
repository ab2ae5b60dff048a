import pytest
import torch
from small_training import drawn, small_model
from timm.scheduler import CosineLRScheduler, StepLRScheduler

from fashionkit import ConfigError
from fashionkit.training.optimiser import make_optimiser, set_rate
from fashionkit.training.recipe import Optimiser, Phase, Recipe
from fashionkit.training.schedule import open_stages, rate
from fashionkit.training.trainer import fit

STEPS = 60


def rates_of_timm(scheduler: type, **settings: object) -> list[float]:
    optimiser = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    made = scheduler(optimiser, t_in_epochs=False, **settings)
    rates = []
    for step in range(STEPS):
        made.step_update(step)
        rates.append(optimiser.param_groups[0]["lr"])
    return rates


def test_the_cosine_is_that_of_timm():
    phase = Phase(steps=STEPS, learning_rate=1, lowest=0.05)
    ours = [rate(phase, step, STEPS) for step in range(STEPS)]
    assert ours == pytest.approx(rates_of_timm(CosineLRScheduler, t_initial=STEPS, lr_min=0.05))


def test_the_cosine_after_a_warm_up_is_that_of_timm():
    phase = Phase(steps=STEPS, learning_rate=1, warmup=0.2)
    ours = [rate(phase, step, STEPS) for step in range(12, STEPS)]
    timms = rates_of_timm(CosineLRScheduler, t_initial=48, warmup_t=12, warmup_prefix=True, warmup_lr_init=0)
    assert ours == pytest.approx(timms[12:])


def test_the_warm_up_rises_evenly_to_the_whole():
    phase = Phase(steps=STEPS, learning_rate=1, warmup=0.1, schedule="constant")
    assert [rate(phase, step, STEPS) for step in range(7)] == pytest.approx(
        [1 / 7, 2 / 7, 3 / 7, 4 / 7, 5 / 7, 6 / 7, 1]
    )


def test_the_steps_are_those_of_timm():
    phase = Phase(steps=STEPS, learning_rate=1, schedule="step", drop=0.5)
    ours = [rate(phase, step, STEPS) for step in range(STEPS)]
    assert ours == pytest.approx(rates_of_timm(StepLRScheduler, decay_t=STEPS // 3, decay_rate=0.5))


def test_a_plateau_drops_as_often_as_it_is_told_and_not_below_the_lowest():
    phase = Phase(steps=STEPS, learning_rate=1, schedule="plateau", drop=0.1, lowest=0.05)
    assert [rate(phase, 3, STEPS, drops) for drops in range(3)] == [1, 0.1, 0.05]


def test_a_backbone_learns_stage_by_stage_more_slowly():
    model = small_model()
    phase = Phase(steps=1, learning_rate=0.1, stages=2, backbone_rate=0.5)
    open_stages(model, phase)
    optimiser = make_optimiser(model, torch.nn.Module(), Optimiser(layer_decay=0.5), phase)
    set_rate(optimiser, 0.1)
    rates = {weight: group["lr"] for group in optimiser.param_groups for weight in group["params"]}
    top = model.backbone.n_stages - 1
    assert {rates[weight] for weight in model.backbone.stage_parameters(top)} == {0.05}
    assert {rates[weight] for weight in model.backbone.stage_parameters(top - 1)} == {0.025}
    assert {rates[weight] for weight in model.heads.parameters()} == {0.1}
    assert not any(weight in rates for weight in model.backbone.stage_parameters(top - 2))


def test_what_adds_does_not_decay():
    model = small_model()
    phase = Phase(steps=1, learning_rate=0.1, stages="all")
    open_stages(model, phase)
    optimiser = make_optimiser(model, torch.nn.Module(), Optimiser(weight_decay=0.3), phase)
    for group in optimiser.param_groups:
        for weight in group["params"]:
            assert group["weight_decay"] == (0.3 if weight.ndim > 1 else 0.0)


@pytest.mark.parametrize("settings", [Optimiser(name="adamm"), Optimiser(arguments={"speed": 3})])
def test_an_optimiser_that_there_is_not_is_refused(settings):
    model = small_model()
    with pytest.raises(ConfigError, match="optimiser"):
        make_optimiser(model, torch.nn.Module(), settings, Phase(steps=1, learning_rate=0.1))


def test_more_stages_than_there_are_are_refused():
    with pytest.raises(ConfigError, match=r"has \d+ stages, and the recipe wants 99"):
        open_stages(small_model(), Phase(steps=1, learning_rate=0.1, stages=99))


@pytest.mark.usefixtures("unsaved")
@pytest.mark.parametrize("stages", [0, 1, 3, "all"])
@pytest.mark.parametrize("backbone", ["test_efficientnet", "test_vit"])
def test_what_is_frozen_stands_still_statistics_included(tmp_path, stages, backbone):
    model = small_model(backbone)
    if stages != "all" and stages > model.backbone.n_stages:
        pytest.skip("it has fewer stages")
    before = {name: value.clone() for name, value in model.backbone.model.state_dict().items()}
    recipe = Recipe(phases=(Phase(steps=3, learning_rate=0.05, stages=stages, schedule="constant"),), batch_size=8)
    fit(model, drawn(16), recipe, tmp_path / "model", device="cpu")
    learning = model.backbone.n_stages if stages == "all" else stages
    first = model.backbone.n_stages - learning
    moved = {name for name, value in model.backbone.model.state_dict().items() if not torch.equal(value, before[name])}
    assert all(model.backbone.stage_of(name) >= first for name in moved)
    assert {model.backbone.stage_of(name) for name in moved} == set(range(first, model.backbone.n_stages))
    assert not model.training
    assert all(weight.requires_grad for weight in model.parameters())


@pytest.mark.usefixtures("unsaved")
def test_kept_features_give_the_answer_of_photos(tmp_path):
    models = []
    for cached in (True, False):
        phase = Phase(steps=12, learning_rate=0.01, cached=cached)
        model = small_model(hidden=8)
        models.append(
            fit(model, drawn(20), Recipe(phases=(phase,), batch_size=8), tmp_path / str(cached), device="cpu")
        )
    for ours, theirs in zip(*(model.parameters() for model in models), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
