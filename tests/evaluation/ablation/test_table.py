from __future__ import annotations

import json

import pytest

from fashionkit import CategorySpec
from fashionkit.evaluation import Figure
from fashionkit.evaluation.ablation.markdown import markdown
from fashionkit.evaluation.ablation.table import Ablation
from fashionkit.evaluation.ablation.trial import Trial
from fashionkit.evaluation.ablation.variants import Base, variants_of
from fashionkit.metrics import wilson_interval
from fashionkit.training import Recipe

ACCURACY, MAE = "my|shop/category/accuracy", "my|shop/year/mae"
SPECS = {"category": CategorySpec(labels=("dress", "shirt"))}
VARIANTS, LEFT_OUT = variants_of(Base("test_efficientnet", "w.pth", SPECS, Recipe.named("standard")), ["test_vit"])
BASE, SCRATCH, PLAIN, VIT = VARIANTS


def trial(right, n=100, *, seed=0, seconds=1.0, mae=2.0):
    low, high = wilson_interval(right, n)
    return Trial(
        seed=seed,
        parameters=4_000_000,
        steps=10,
        seconds=seconds,
        photos=n,
        figures={
            ACCURACY: Figure(right / n, low, high, n, {"chance": 0.5}),
            "my|shop/category/ece": Figure(0.1, 0.05, 0.2, n),
            MAE: Figure(mae, mae, mae, n),
        },
        outcomes={ACCURACY: {f"{place}.jpg": float(place < right) for place in range(n)}},
        warnings=("my|shop/category: the model has collapsed",) if right == 50 else (),
    )


@pytest.fixture
def ablation():
    def make(**trials):
        by_name = {variant.name: trials[key] for key, variant in zip("bspv", VARIANTS, strict=True) if key in trials}
        return Ablation(("my|shop",), 900, 100, tuple(VARIANTS), by_name, LEFT_OUT)

    return make


def test_differences_are_to_what_a_variant_varies(ablation):
    found = ablation(b=[trial(90)], s=[trial(60)], p=[trial(89)], v=[trial(65)])
    assert found.cell(BASE, ACCURACY).difference is None
    assert found.cell(SCRATCH, ACCURACY).difference.value == pytest.approx(-0.3)
    assert found.cell(SCRATCH, ACCURACY).difference.stands_out
    assert found.cell(PLAIN, ACCURACY).difference.value == pytest.approx(-0.01)
    assert not found.cell(PLAIN, ACCURACY).difference.stands_out
    assert found.cell(VIT, ACCURACY).difference.value == pytest.approx(0.05)  # to from scratch, not to the base
    assert (found.cell(PLAIN, ACCURACY).low, found.cell(PLAIN, ACCURACY).high) == wilson_interval(89, 100)


def test_a_figure_without_outcomes_has_a_difference_without_interval(ablation):
    difference = ablation(b=[trial(90, mae=2.0)], s=[trial(60, mae=2.5)]).cell(SCRATCH, MAE).difference
    assert (difference.value, difference.low, difference.stands_out) == (0.5, None, False)


def test_seeds_are_averaged_and_shown(ablation):
    found = ablation(b=[trial(90), trial(80, seed=1)], s=[trial(60), trial(70, seed=1)])
    cell = found.cell(BASE, ACCURACY)
    assert (cell.value, cell.seeds) == (pytest.approx(0.85), (0.9, 0.8))
    assert found.cell(SCRATCH, ACCURACY).difference.value == pytest.approx(-0.2)
    assert "| 0.800–0.900 |" in markdown(found)


def test_a_trial_that_comes_later_is_counted(ablation):
    trials = {BASE.name: [trial(90)]}
    found = Ablation(("shop",), 900, 100, tuple(VARIANTS), trials, {})
    assert [row.variant.name for row in found.rows(ACCURACY)] == ["base"]
    trials[SCRATCH.name] = [trial(60)]
    trials[BASE.name].append(trial(80, seed=1))
    assert found.cell(BASE, ACCURACY).value == pytest.approx(0.85)
    assert found.cell(SCRATCH, ACCURACY).difference.value == pytest.approx(-0.25)


def test_the_table_shows_one_figure_of_each_question(ablation):
    text = markdown(ablation(b=[trial(90)], s=[trial(60, seconds=None)], p=[trial(50)], v=[trial(65)]))
    lines = text.splitlines()
    assert lines[0] == r"# What each part brings: my\|shop"
    rows = [line for line in lines if line.startswith("| ")]
    assert len({line.replace(r"\|", "").count("|") for line in rows}) == 1
    assert len(rows) == 1 + 2 * 4
    assert "ece" not in text
    assert r"| my\|shop/category/accuracy (n 100, chance 0.500) | base | 0.900 | " in text
    assert "lower is better" in text
    assert "| from scratch | 0.600 |" in text
    assert r"| -0.300\* |" in text
    assert "| random | 4.00 M | – |" in text
    assert "backbone: test\\_vit: its difference is to from scratch" in text
    assert "- left out: single: the data have labels for one head alone" in text
    assert "- warning: no augmentation: my\\|shop/category: the model has collapsed" in text


def test_it_is_json_with_all_figures(ablation):
    found = ablation(b=[trial(90)], v=[trial(65)])
    read = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    base, vit = read["variants"]
    assert set(base["figures"]) == {ACCURACY, "my|shop/category/ece", MAE}
    assert (base["against"], base["pretrained"], vit["against"], vit["pretrained"]) == (None, True, SCRATCH.name, False)
    assert vit["figures"][ACCURACY]["difference"] is None  # what it is compared with is not done
    assert read["not_done"] == ["from scratch", "no augmentation"]
    assert repr(found) == "Ablation(my|shop: 2 of 4 variants)"
