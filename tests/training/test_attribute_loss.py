import pytest
import torch

from fashionkit.heads import FeatureWidths
from fashionkit.heads.attributes.module import AttributesModule
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.losses.asymmetric import masked_asymmetric
from fashionkit.training.attribute_loss import attribute_loss

SPEC = AttributesSpec.example()


def given(n: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    targets = torch.from_numpy(SPEC.encode([*SPEC.example_values(n - 1, seed=0), None]))
    targets[torch.rand(targets.shape, generator=generator) < 0.2] = float("nan")
    return torch.randn(n, SPEC.width, generator=generator, requires_grad=True), targets


def test_by_default_it_is_the_heads_own():
    raw, targets = given()
    own = AttributesModule(SPEC, FeatureWidths(4, 4)).loss(raw, targets)
    torch.testing.assert_close(attribute_loss(SPEC)(raw, targets), own)


def test_the_tags_have_the_loss_that_is_named():
    raw, targets = given()
    plain, changed = (attribute_loss(SPEC, tags=name)(raw, targets) for name in ("cross-entropy", "asymmetric"))
    columns = slice(len(SPEC.groups), len(SPEC.groups) + len(SPEC.tags))
    of_tags = masked_asymmetric(raw[:, SPEC.tag_columns], targets[:, columns])
    (gradient,) = torch.autograd.grad(changed, raw, retain_graph=True)
    (wanted,) = torch.autograd.grad(len(SPEC.tags) / len(SPEC.names) * of_tags, raw)
    torch.testing.assert_close(gradient[:, SPEC.tag_columns], wanted[:, SPEC.tag_columns])
    assert changed != plain


@pytest.mark.parametrize(
    "parts", [{"groups": "focal"}, {"tags": "focal"}, {"tags": "asymmetric"}, {"numbers": "squared"}]
)
def test_what_is_not_known_does_not_count(parts):
    raw, _ = given()
    loss = attribute_loss(SPEC, **parts)(raw, torch.full((12, len(SPEC.names)), float("nan")))
    loss.backward()
    assert loss == 0
    assert (raw.grad == 0).all()
