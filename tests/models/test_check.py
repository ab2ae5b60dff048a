from __future__ import annotations

import pytest
import timm
import torch

from fashionkit.errors import ModelError
from fashionkit.models import Backbone, check_backbone

FAST = [
    ("test_resnet", 64),
    ("test_efficientnet", 64),
    ("mobilenetv3_small_050", 64),
    ("test_convnext", 64),
    ("test_vit", 64),
]
HEAVY = [("vgg11_bn", 32), ("inception_v3", 96), ("densenet121", 64), ("swin_tiny_patch4_window7_224", 56)]


@pytest.mark.parametrize(
    ("name", "side"), [*FAST, *(pytest.param(name, side, marks=pytest.mark.slow) for name, side in HEAVY)]
)
def test_models_of_every_family_can_be_a_backbone(name, side):
    check_backbone(name, size=(side, side))


def test_the_check_leaves_the_course_of_random_numbers_alone():
    torch.manual_seed(7)
    expected = torch.rand(1)
    torch.manual_seed(7)
    check_backbone("test_vit", size=(32, 32))
    assert torch.equal(torch.rand(1), expected)


def forward(change):
    """A `Backbone.forward` whose features are changed."""
    whole = Backbone.forward
    return lambda self, photos: change(whole(self, photos))


def mean_freeze(self, stages=None):
    self.frozen_stages = self.n_stages if stages is None else stages
    return self


def only_weights(self, mode=True):
    return torch.nn.Module.train(self, mode)


BROKEN = [
    ("forward", forward(lambda f: f._replace(pooled=f.pooled - f.pooled.mean(dim=0))), "depend on its batch"),
    ("forward", forward(lambda f: f._replace(pooled=f.pooled * 0)), "different photos have the same features"),
    ("forward", forward(lambda f: f._replace(pooled=f.pooled * torch.nan)), "not finite"),
    ("forward", forward(lambda f: f._replace(pooled=f.pooled.detach())), "cannot be a backbone"),
    ("forward", forward(lambda f: f._replace(tokens=f.tokens.transpose(0, 1))), "tokens are"),
    ("freeze", mean_freeze, "still learn"),
    ("train", only_weights, "still moved"),
]


@pytest.mark.parametrize(("method", "broken", "fault"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_backbone_is_refused_with_its_fault(monkeypatch, method, broken, fault):
    monkeypatch.setattr(Backbone, method, broken)
    with pytest.raises(ModelError, match=f"test_resnet cannot be a backbone: .*{fault}|{fault}"):
        check_backbone("test_resnet", size=(64, 64))


def test_a_part_without_gradient_is_found(monkeypatch):
    create = timm.create_model

    def with_spare_part(*args, **kwargs):
        model = create(*args, **kwargs)
        model.layer4[0].spare = torch.nn.Linear(2, 2)
        return model

    monkeypatch.setattr(timm, "create_model", with_spare_part)
    with pytest.raises(ModelError, match=r"no gradient reaches model\.layer4\.0\.spare\.weight"):
        check_backbone("test_resnet", size=(64, 64))


def test_an_unknown_model_is_refused():
    with pytest.raises(ModelError, match="timm has no model"):
        check_backbone("resnett")
