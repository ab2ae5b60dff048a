from __future__ import annotations

import msgspec
import pytest

from fashionkit.errors import ConfigError
from fashionkit.evaluation.ablation.recipes import augmentable, from_scratch, same_budget, with_augmentation
from fashionkit.training import Phase, Recipe
from fashionkit.training.plan import plan
from fashionkit.training.recipe import HeadLoss, names


@pytest.mark.parametrize("name", names())
def test_from_scratch_takes_the_same_steps_with_all_of_the_backbone(name):
    recipe = Recipe.named(name)
    changed = from_scratch(recipe)
    assert [each.steps for each in plan(changed, 1000)] == [each.steps for each in plan(recipe, 1000)]
    assert {phase.stages for phase in changed.phases} == {"all"}
    assert {phase.backbone_rate for phase in changed.phases} == {1.0}
    assert changed.optimiser.layer_decay == 1.0
    assert augmentable(changed)
    kept = ("learning_rate", "schedule", "warmup", "lowest")
    assert [[getattr(phase, name) for name in kept] for phase in changed.phases] == [
        [getattr(phase, name) for name in kept] for phase in recipe.phases
    ]


@pytest.mark.parametrize("name", names())
def test_nothing_stops_early_and_nothing_chooses(name):
    stopping = same_budget(Recipe.named(name)).stopping
    assert (stopping.patience, stopping.metric) == (0, "")


def test_heads_that_a_variant_lacks_are_taken_out_of_its_recipe():
    recipe = msgspec.structs.replace(
        Recipe.named("quick"), heads={"category": HeadLoss(weight=2), "embedding": HeadLoss()}
    )
    assert same_budget(recipe).heads == recipe.heads
    assert same_budget(recipe, heads=["category"]).heads == {"category": HeadLoss(weight=2)}


def test_a_learning_rate_that_waits_for_validations_is_refused():
    recipe = Recipe(phases=(Phase(steps=5, learning_rate=0.1, schedule="plateau"),))
    with pytest.raises(ConfigError, match="give 'cosine', 'step' or 'constant'"):
        same_budget(recipe)


def test_only_the_augmentation_is_another():
    recipe = Recipe.named("standard")
    changed = with_augmentation(recipe, "none")
    assert changed.augmentation == "none"
    assert with_augmentation(changed, recipe.augmentation) == recipe
