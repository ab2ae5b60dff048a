from __future__ import annotations

import pytest
import torch
from torch import nn

from fashionkit.errors import ConfigError, ModelError
from fashionkit.models import Backbone

SIZE = (64, 64)


@pytest.mark.parametrize(
    ("name", "size", "places"),
    [
        ("test_resnet", (64, 96), 2 * 3),
        ("test_vit", (64, 96), 4 * 6),
        ("test_efficientnet", (64, 32), 2 * 1),
        ("test_convnext", (64, 96), 2 * 3),
    ],
)
def test_features_are_a_vector_a_photo_and_one_a_place(name, size, places):
    backbone = Backbone(name, size=size).eval()
    pooled, tokens = backbone(torch.rand(2, 3, *size))
    assert pooled.shape == (2, backbone.widths.pooled)
    assert tokens.shape[::2] == (2, backbone.widths.tokens)
    assert tokens.shape[1] == places
    assert backbone.size == size


@pytest.mark.parametrize("name", ["test_resnet", "test_vit", "test_convnext"])
def test_tokens_stand_row_by_row_from_the_top_left(name):
    backbone = Backbone(name, size=(64, 128)).eval()
    dark, bright = torch.zeros(1, 3, 64, 128), torch.zeros(1, 3, 64, 128)
    bright[:, :, :2, -2:] = 50  # the top right corner
    with torch.no_grad():
        change = (backbone(bright).tokens - backbone(dark).tokens).norm(dim=2)[0]
    rows = {"test_resnet": 2, "test_vit": 4, "test_convnext": 2}[name]
    assert change.argmax() == len(change) // rows - 1


def test_the_size_and_normalisation_are_the_models_own_where_none_is_given():
    backbone = Backbone("test_vit")
    assert backbone.size == (160, 160)
    assert (backbone.mean, backbone.std) == ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))


@pytest.mark.parametrize(
    ("name", "reason"),
    [("resnet5", "did you mean 'resnet50'"), ("", "timm has no model"), ("hf-hub:a/b", "no model"), (5, "no model")],
)
def test_an_unknown_name_is_refused(name, reason):
    with pytest.raises(ModelError, match=reason):
        Backbone(name)


@pytest.mark.parametrize("size", [(0, 64), (-1, 64), (64,), 64, (64.0, 64), ("64", 64), (True, 64), (10**9, 10**9)])
def test_a_size_that_no_photo_has_is_refused(size):
    with pytest.raises(ConfigError, match="test_resnet: size must be"):
        Backbone("test_resnet", size=size)


@pytest.mark.parametrize(("name", "size"), [("test_vit", (50, 50)), ("inception_v3", (8, 8)), ("test_vit", (1, 1))])
def test_a_size_that_the_model_cannot_read_is_refused(name, size):
    with pytest.raises(ModelError, match=f"{name}.*{size[0]}"):
        Backbone(name, size=size)


@pytest.mark.parametrize(
    "arguments",
    [
        {"no_such_argument": 1},
        {"layers": 5},
        {"act_layer": "no_such_activation"},
        {"block": 5},
        {"pretrained": True},
        {"checkpoint_path": "/etc/passwd"},
        {"pretrained_cfg": {"file": "/etc/passwd"}},
        {"pretrained_cfg_overlay": {"url": "http://localhost"}},
        {"num_classes": 5},
        {"in_chans": 1},
        {"features_only": True},
        {"img_size": 5},
    ],
)
def test_arguments_that_cannot_be_are_refused(arguments):
    with pytest.raises(ModelError, match=f"test_resnet|{next(iter(arguments))}"):
        Backbone("test_resnet", size=SIZE, arguments=arguments)


def test_arguments_reach_the_model():
    wide = Backbone("test_resnet", size=SIZE, arguments={"stem_width": 24})
    assert sum(p.numel() for p in wide.parameters()) != sum(
        p.numel() for p in Backbone("test_resnet", size=SIZE).parameters()
    )


@pytest.mark.parametrize("stages", [-1, 99, 1.0, True, "1"])
def test_a_number_of_stages_that_there_is_not_is_refused(stages):
    with pytest.raises(ConfigError, match="freeze 0 to"):
        Backbone("test_resnet", size=SIZE).freeze(stages)


def statistics(backbone):
    return {name: value.clone() for name, value in backbone.model.named_buffers() if "running" in name}


@pytest.mark.parametrize("name", ["test_resnet", "test_efficientnet"])
def test_statistics_move_only_where_nothing_is_frozen(name):
    backbone = Backbone(name, size=SIZE)
    for stages in range(backbone.n_stages + 1):
        backbone.freeze(stages).train()
        before = statistics(backbone)
        backbone(torch.rand(4, 3, *SIZE))
        for key, value in statistics(backbone).items():
            assert torch.equal(value, before[key]) == (backbone.stage_of(key) < stages), (stages, key)


@pytest.mark.parametrize("name", ["test_resnet", "test_vit"])
def test_freezing_covers_the_first_stages_and_unfreezing_all(name):
    backbone = Backbone(name, size=SIZE)
    weights = [weight for stage in range(backbone.n_stages) for weight in backbone.stage_parameters(stage)]
    assert {id(weight) for weight in weights} == {id(weight) for weight in backbone.parameters()}
    for stages in (1, backbone.n_stages, 0):
        backbone.freeze(stages)
        for stage in range(backbone.n_stages):
            assert all(weight.requires_grad == (stage >= stages) for weight in backbone.stage_parameters(stage))
    backbone.freeze()
    assert not any(weight.requires_grad for weight in backbone.parameters())
    assert backbone.freeze(0) is backbone


def test_dropout_in_frozen_stages_stands_still():
    rates = {"pos_drop_rate": 0.5, "proj_drop_rate": 0.5, "drop_path_rate": 0.5}
    backbone = Backbone("test_vit", size=SIZE, arguments=rates)
    photos = torch.rand(3, 3, *SIZE)
    assert not torch.equal(backbone.train()(photos).pooled, backbone(photos).pooled)
    backbone.freeze().train()
    assert torch.equal(backbone(photos).pooled, backbone(photos).pooled)
    backbone.freeze(1).train()
    assert not backbone.model.pos_drop.training, "it stands right behind the frozen stem"
    assert any(isinstance(part, nn.Dropout) and part.training for part in backbone.modules())
    assert not any(part.training for part in backbone.eval().model.modules())


def test_frozen_parts_stay_in_evaluation_mode_whatever_train_says():
    backbone = Backbone("test_resnet", size=SIZE).freeze(1)
    for _ in range(2):
        assert backbone.train().training
        assert not backbone.model.bn1.training
        assert not backbone.eval().training
