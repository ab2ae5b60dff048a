import numpy as np
import pytest
import torch
from hypothesis import given, settings, strategies as st
from sklearn.utils.class_weight import compute_class_weight
from torch.nn import functional

from fashionkit import ConfigError
from fashionkit.losses import label_set_focal
from fashionkit.training.label_loss import LabelLoss, balanced_weights

LABELS = ("coat", "dress", "shirt")
COMMON_AND_RARE = np.eye(3, dtype=bool)[[0] * 6 + [1] * 3 + [2]]


def naive(allowed: np.ndarray, power: float) -> list[float]:
    """Label by label: each photo's share, then the weights, then scaled so that photos weigh 1 on average."""
    counts = [sum(row[k] / sum(row) for row in allowed.tolist() if any(row)) for k in range(allowed.shape[1])]
    weights = [max(count, 1.0) ** -power if count else 0.0 for count in counts]
    total = sum(weight * count for weight, count in zip(weights, counts, strict=True))
    return [weight * sum(counts) / total if total else 0.0 for weight in weights]


@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=40))
def test_balanced_weights_are_those_of_scikit_learn(labels):
    seen = np.unique(labels)
    weights = balanced_weights(np.eye(5, dtype=bool)[labels])
    np.testing.assert_allclose(weights[seen], compute_class_weight("balanced", classes=seen, y=labels))
    assert weights.sum() == pytest.approx(weights[seen].sum())


@settings(deadline=None)
@given(allowed=st.lists(st.tuples(*[st.booleans()] * 4), max_size=12), power=st.sampled_from([0.0, 0.3, 0.5, 1.0]))
def test_labels_that_may_be_several_count_by_their_share(allowed, power):
    rows = np.array(allowed, bool).reshape(-1, 4)
    np.testing.assert_allclose(balanced_weights(rows, power), naive(rows, power), atol=1e-12)


def test_a_label_that_only_a_coarse_word_means_does_not_outweigh_all():
    allowed = np.array([[True, True, True]] + [[True, False, False]] * 5)
    weights = balanced_weights(allowed)
    assert weights[1] == weights[2] == pytest.approx(weights[0] * (5 + 1 / 3))


def test_power_0_weighs_all_alike():
    np.testing.assert_allclose(balanced_weights(COMMON_AND_RARE, power=0.0), 1.0)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_weighted_it_is_the_cross_entropy_of_torch(smoothing):
    loss = LabelLoss("cross-entropy", LABELS, COMMON_AND_RARE, class_weights="balanced", smoothing=smoothing)
    logits = torch.randn(10, 3, generator=torch.Generator().manual_seed(0))
    labels = torch.from_numpy(COMMON_AND_RARE.argmax(axis=1))
    weight = torch.from_numpy(compute_class_weight("balanced", classes=np.arange(3), y=labels.numpy())).float()
    wanted = functional.cross_entropy(logits, labels, weight=weight, label_smoothing=smoothing)
    torch.testing.assert_close(loss(logits, torch.from_numpy(COMMON_AND_RARE)), wanted)


def test_weights_by_label_leave_the_others_at_one():
    loss = LabelLoss("focal", LABELS, COMMON_AND_RARE, class_weights={"shirt": 4, "coat": 0.0}, gamma=1.5)
    logits, allowed = torch.randn(10, 3, generator=torch.Generator().manual_seed(1)), torch.from_numpy(COMMON_AND_RARE)
    wanted = label_set_focal(logits, allowed, gamma=1.5, class_weight=torch.tensor([0.0, 1.0, 4.0]))
    torch.testing.assert_close(loss(logits, allowed), wanted)


def test_the_weights_go_where_the_model_goes_and_into_no_state():
    loss = LabelLoss("focal", LABELS, COMMON_AND_RARE, class_weights="balanced").to("meta")
    assert loss.weights.device.type == "meta"
    assert not loss.state_dict()
    assert not list(loss.parameters())


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"class_weights": "balance"}, "'balance'; give 'balanced'"),
        ({"class_weights": 2.0}, "give 'balanced', or weights by label"),
        ({"class_weights": {"shrit": 2.0}}, "did you mean 'shirt'"),
        ({"class_weights": {"shirt": -1.0}}, "'shirt' weighs -1.0"),
        ({"class_weights": {"shirt": "much"}}, "'shirt' weighs 'much'"),
        ({"class_weights": {"shirt": float("inf")}}, "'shirt' weighs inf"),
        ({"class_weights": "balanced", "class_weights_power": 2.0}, "class_weights_power is 2.0"),
        ({"smoothing": 1.0}, "smoothing is 1.0"),
    ],
)
def test_what_is_no_setting_is_refused(settings, said):
    with pytest.raises(ConfigError, match=said):
        LabelLoss("cross-entropy", LABELS, COMMON_AND_RARE, **settings)
