import numpy as np
import pytest
import torch
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from fashionkit import ConfigError
from fashionkit.heads import FeatureWidths
from fashionkit.heads.attributes.module import AttributesModule
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.losses.asymmetric import masked_asymmetric
from fashionkit.training.attribute_loss import AttributeLoss

SPEC = AttributesSpec.example()


def given(n: int = 12) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    targets = torch.from_numpy(SPEC.encode([*SPEC.example_values(n - 1, seed=0), None]))
    targets[torch.rand(targets.shape, generator=generator) < 0.2] = float("nan")
    return torch.randn(n, SPEC.width, generator=generator, requires_grad=True), targets


def test_by_default_it_is_the_heads_own():
    raw, targets = given()
    own = AttributesModule(SPEC, FeatureWidths(4, 4)).loss(raw, targets)
    torch.testing.assert_close(AttributeLoss(SPEC, targets.numpy())(raw, targets), own)


def test_the_tags_have_the_loss_that_is_named():
    raw, targets = given()
    plain, changed = (
        AttributeLoss(SPEC, targets.numpy(), tags=name)(raw, targets) for name in ("cross-entropy", "asymmetric")
    )
    columns = slice(len(SPEC.groups), len(SPEC.groups) + len(SPEC.tags))
    of_tags = masked_asymmetric(raw[:, SPEC.tag_columns], targets[:, columns])
    (gradient,) = torch.autograd.grad(changed, raw, retain_graph=True)
    (wanted,) = torch.autograd.grad(len(SPEC.tags) / len(SPEC.names) * of_tags, raw)
    torch.testing.assert_close(gradient[:, SPEC.tag_columns], wanted[:, SPEC.tag_columns])
    assert changed != plain


@pytest.mark.parametrize(
    "parts",
    [
        {"groups": "focal"},
        {"tags": "focal"},
        {"tags": "asymmetric"},
        {"numbers": "squared"},
        {"class_weights": "balanced"},
    ],
)
def test_what_is_not_known_does_not_count(parts):
    raw, targets = given()
    loss = AttributeLoss(SPEC, targets.numpy(), **parts)(raw, torch.full((12, len(SPEC.names)), float("nan")))
    loss.backward()
    assert loss == 0
    assert (raw.grad == 0).all()


def test_balanced_groups_weigh_their_labels_as_torch_does():
    raw, targets = given(30)
    balanced = AttributeLoss(SPEC, targets.numpy(), class_weights="balanced")(raw, targets)
    plain = AttributeLoss(SPEC, targets.numpy())(raw, targets)
    wanted = plain * len(SPEC.names)
    for place, columns in enumerate(SPEC.group_columns.values()):
        known = ~targets[:, place].isnan()
        logits, labels = raw[known, columns], targets[known, place].long()
        weight = compute_class_weight("balanced", classes=np.arange(logits.shape[1]), y=labels.numpy())
        wanted = wanted - functional.cross_entropy(logits, labels)
        wanted = wanted + functional.cross_entropy(logits, labels, weight=torch.from_numpy(weight).float())
    torch.testing.assert_close(balanced, wanted / len(SPEC.names))


def test_weights_stand_by_group_and_label():
    raw, targets = given()
    by_name = AttributeLoss(SPEC, targets.numpy(), class_weights={"sleeve": {"long": 3.0}})
    assert by_name.of_groups[0].weights.tolist() == [3.0, 1.0, 1.0]
    assert by_name.of_groups[1].weights is None
    assert by_name(raw, targets).isfinite()


def test_each_part_takes_its_own_arguments():
    raw, targets = given()
    columns = slice(len(SPEC.groups), len(SPEC.groups) + len(SPEC.tags))
    loss = AttributeLoss(
        SPEC,
        targets.numpy(),
        groups="focal",
        tags="asymmetric",
        group_arguments={"gamma": 0.0},
        tag_arguments={"gamma_negative": 1.0, "clip": 0.2},
        number_arguments={"delta": 0.1},
    )
    tags = loss.of_tags(raw[:, SPEC.tag_columns], targets[:, columns])
    wanted = masked_asymmetric(raw[:, SPEC.tag_columns], targets[:, columns], gamma_negative=1.0, clip=0.2)
    torch.testing.assert_close(tags, wanted)
    known = targets[:, 0].isnan().logical_not()
    logits, labels = raw[known, SPEC.group_columns["sleeve"]], targets[known, 0].long()
    allowed = functional.one_hot(labels, logits.shape[1]).bool()
    torch.testing.assert_close(loss.of_groups[0](logits, allowed), functional.cross_entropy(logits, labels))
    assert loss.of_number(torch.tensor([1.0]), torch.tensor([0.0])) == pytest.approx(0.1 * (1 - 0.05))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"groups": "focl"}, "did you mean 'focal'"),
        ({"class_weights": "rare"}, "'rare'; give 'balanced', or weights by group"),
        ({"class_weights": {"sleve": "balanced"}}, "did you mean 'sleeve'"),
        ({"class_weights": {"sleeve": {"lng": 2.0}}}, "did you mean 'long'"),
        ({"groups": "focal", "group_arguments": {"gamma": -1.0}}, "gamma is -1.0"),
        ({"tags": "asymmetric", "tag_arguments": {"clip": 1.0}}, "clip is 1.0"),
        ({"number_arguments": {"delta": 0.0}}, "delta is 0.0"),
    ],
)
def test_what_is_no_setting_is_refused(parts, said):
    with pytest.raises(ConfigError, match=said):
        AttributeLoss(SPEC, given()[1].numpy(), **parts)
