from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from fashionkit import CategorySpec, EmbeddingSpec, FashionModel, InputRule  # noqa: E402
from fashionkit.explain.relevance import grad_cam, relevance, roll_out  # noqa: E402

SIZE = (64, 96)
GRIDS = {
    "test_efficientnet": (2, 3),
    "test_resnet": (2, 3),
    "test_convnext": (2, 3),
    "test_vit": (4, 6),
    "test_vit2": (4, 6),
}


def model_of(name, **heads):
    torch.manual_seed(0)
    heads = heads or {"category": CategorySpec(labels=("dress", "shirt", "shoes"))}
    return FashionModel(name, heads, input=InputRule(size=SIZE)).eval()


def photo_of(seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(256, size=(1, *SIZE, 3), dtype=np.uint8))


def first_logit(_, outputs):
    return outputs["category"][0, 0]


@pytest.mark.parametrize("name", GRIDS)
def test_a_map_has_the_backbones_places_and_leaves_the_model_as_it_was(name):
    model = model_of(name)
    fused = [getattr(module, "fused_attn", None) for module in model.modules()]
    before = model(photo_of())["category"]
    heat = relevance(model, photo_of(), first_logit)
    assert heat.shape == GRIDS[name]
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    assert [getattr(module, "fused_attn", None) for module in model.modules()] == fused
    assert not any(module._forward_hooks for module in model.modules())
    assert all(weight.grad is None for weight in model.parameters())
    assert torch.equal(model(photo_of())["category"], before)


@pytest.mark.parametrize("name", GRIDS)
def test_frozen_weights_and_no_grad_change_nothing(name):
    model = model_of(name)
    expected = relevance(model, photo_of(), first_logit)
    model.requires_grad_(requires_grad=False)
    with torch.no_grad():
        np.testing.assert_allclose(relevance(model, photo_of(), first_logit), expected, atol=1e-6)


def test_axes_in_another_order_give_the_same_places():
    """A Swin has its channels last; its places are told by taking one of them away."""
    model = FashionModel(
        "swin_tiny_patch4_window7_224",
        {"category": CategorySpec(labels=("a", "b"))},
        input=InputRule(size=(224, 224)),
    ).eval()
    photo = torch.randint(256, (1, 224, 224, 3), dtype=torch.uint8)
    assert relevance(model, photo, first_logit).shape == (7, 7)


def test_grad_cam_is_the_classic_class_map_where_features_are_averaged_and_read_by_a_linear_layer():
    """Zhou et al. 2016: the weights of a class, applied at each place."""
    model = model_of("test_efficientnet")
    with torch.no_grad():
        seen = model.backbone.see(model.normalised(photo_of()))[0]
        weights = model.heads["category"].classifier.weight[0]
        expected = torch.einsum("chw,c->hw", seen, weights).relu() / seen[0].numel()
    np.testing.assert_allclose(relevance(model, photo_of(), first_logit), expected.numpy(), rtol=1e-4, atol=1e-7)


def test_what_speaks_against_the_answer_is_left_out():
    tokens, gradients = torch.eye(2), torch.tensor([[1.0, -3.0]] * 2)
    assert grad_cam(tokens, gradients).tolist() == [1.0, 0.0]


def test_attention_is_rolled_out_as_chefer_et_al_write_it():
    """R ← R + Ā·R from the first layer to the last (equation 6), then the row of the class token."""
    draw = np.random.default_rng(0)
    attention = [torch.from_numpy(draw.random((1, 2, 5, 5))) for _ in range(3)]
    gradients = [torch.from_numpy(draw.normal(size=(1, 2, 5, 5))) for _ in range(3)]
    rolled = np.eye(5)
    for weights, gradient in zip(attention, gradients, strict=True):
        weighed = np.maximum((weights * gradient).numpy()[0], 0).mean(axis=0)
        rolled = rolled + weighed @ rolled
    read = torch.zeros(1, 5, 4, dtype=torch.float64)
    read[0, 0] = 1.0  # only the class token is read
    found = roll_out(attention, gradients, read).numpy()
    np.testing.assert_allclose(found, rolled[0] - np.eye(5)[0], rtol=1e-12)


def test_a_score_that_nothing_changes_has_an_empty_map():
    for name in GRIDS:
        heat = relevance(model_of(name), photo_of(), lambda _, outputs: 0 * outputs["category"][0, 0])
        assert not heat.any()


def test_a_map_is_of_the_answer_and_not_of_the_photo_alone():
    for name in GRIDS:
        model = model_of(name, category=CategorySpec(labels=("a", "b", "c")), embedding=EmbeddingSpec(dimension=4))
        first, second = (
            relevance(model, photo_of(), lambda _, outputs, place=place: outputs["category"][0, place])
            for place in (0, 1)
        )
        assert not np.allclose(first / first.max(), second / second.max(), atol=0.01)
