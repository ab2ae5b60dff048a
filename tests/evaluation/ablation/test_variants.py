from __future__ import annotations

from dataclasses import fields, replace

import pytest

from fashionkit import CategorySpec, EmbeddingSpec
from fashionkit.errors import ConfigError
from fashionkit.evaluation.ablation.recipes import from_scratch
from fashionkit.evaluation.ablation.variants import Base, Variant, choose, variants_of
from fashionkit.training import Recipe

SPECS = {"category": CategorySpec(labels=("dress", "shirt")), "embedding": EmbeddingSpec(dimension=8)}
WEIGHTS = {"test_vit": "vit.safetensors", "test_resnet": ""}
BASE = Base("test_efficientnet", "weights.safetensors", SPECS, Recipe.named("standard"))


def differing(variant: Variant, other: Variant) -> set[str]:
    """In what two variants differ, but for their names."""
    named = ("name", "against")
    return {
        each.name
        for each in fields(Variant)
        if each.name not in named and getattr(variant, each.name) != getattr(other, each.name)
    }


def test_every_variant_differs_in_one_thing_from_what_it_is_compared_with():
    variants, left_out = variants_of(BASE, ["test_vit", "test_resnet"], WEIGHTS.__getitem__)
    by_name = {variant.name: variant for variant in variants}
    assert [variant.slug for variant in variants] == [
        "joint",
        "single-category",
        "single-embedding",
        "from-scratch",
        "no-augmentation",
        "backbone-test_vit",
        "backbone-test_resnet",
    ]
    assert left_out == {}
    beside = {name: differing(each, by_name[each.against]) for name, each in by_name.items() if each.against}
    assert beside == {
        "single: category": {"specs"},
        "single: embedding": {"specs"},
        "from scratch": {"weights", "recipe"},
        "no augmentation": {"recipe"},
        "backbone: test_vit": {"backbone", "weights"},
        "backbone: test_resnet": {"backbone"},
    }
    assert by_name["from scratch"].recipe == from_scratch(by_name["joint"].recipe)
    assert by_name["no augmentation"].recipe.augmentation == "none"
    assert by_name["backbone: test_vit"].against == "joint"
    assert by_name["backbone: test_resnet"].against == "from scratch"


def test_a_base_that_starts_at_random_has_others_at_random_beside_it():
    variants, left_out = variants_of(replace(BASE, weights=""), ["test_vit"], lambda _: "vit.safetensors")
    joint, vit = variants[0], variants[-1]
    assert "joint starts at random" in left_out["from scratch"]
    assert {phase.stages for phase in joint.recipe.phases} == {"all"}
    assert (vit.against, differing(vit, joint)) == ("joint", {"backbone"})


def test_one_head_has_no_single_beside_it():
    variants, left_out = variants_of(replace(BASE, specs={"category": SPECS["category"]}))
    assert [variant.name for variant in variants] == ["base", "from scratch", "no augmentation"]
    assert list(left_out) == ["single"]


def test_what_is_seen_once_is_not_augmented():
    variants, left_out = variants_of(replace(BASE, recipe=Recipe.named("quick")))
    assert "no-augmentation" not in [variant.slug for variant in variants]
    assert "sees every photo once" in left_out["no augmentation"]
    with pytest.raises(ConfigError, match="sees every photo once"):
        choose(variants, left_out, ["no-augmentation"])


def test_a_recipe_without_augmentation_is_tried_with_some():
    recipe = from_scratch(Recipe.named("quick"))
    variants, left_out = variants_of(replace(BASE, recipe=recipe))
    assert left_out == {}
    assert variants[-1].slug == "with-augmentation-standard"
    assert variants[-1].recipe.augmentation == "standard"


def test_some_are_chosen_with_what_they_are_compared_with():
    variants, left_out = variants_of(BASE, ["test_resnet"], lambda _: "")
    assert choose(variants, left_out, []) == variants
    assert [each.slug for each in choose(variants, left_out, ["single: category"])] == ["joint", "single-category"]
    assert [each.slug for each in choose(variants, left_out, ["backbone-test_resnet"])] == [
        "joint",
        "from-scratch",
        "backbone-test_resnet",
    ]
    with pytest.raises(ConfigError, match="did you mean 'single-category'"):
        choose(variants, left_out, ["single-categroy"])


@pytest.mark.parametrize("names", [["test_vit", "test_vit"], [BASE.backbone]])
def test_a_backbone_is_tried_once(names):
    with pytest.raises(ConfigError, match="given twice"):
        variants_of(BASE, names)
