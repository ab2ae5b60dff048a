import msgspec
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from fashionkit import AttributesSpec, CategorySpec, EmbeddingSpec, Group, NumberRule, OutfitSpec, TagRule
from fashionkit.heads.probabilities import sigmoid
from fashionkit.training.calibrate_head import calibrate_head

CATEGORY = CategorySpec(labels=("coat", "dress", "shirt", "skirt"))
ATTRIBUTES = AttributesSpec(
    groups={"sleeve": Group(("long", "short"), may_not_apply=True), "neck": Group(("round", "v"))},
    tags={"striped": TagRule(), "checked": TagRule()},
    numbers={"year": NumberRule()},
)
GRID = np.geomspace(0.2, 10, 200)


def answers(n: int, width: int, seed: int = 0, factor: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are `factor` times too large, and the answers that were drawn."""
    random = np.random.default_rng(seed)
    true = random.normal(size=(n, width)) * 1.5
    return (factor * true).astype(np.float32), (true + random.gumbel(size=true.shape)).argmax(axis=1)


def flags(n: int, seed: int = 1, factor: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    true = random.normal(size=n) * 2 - 1
    return (factor * true).astype(np.float32), random.random(n) < sigmoid(true, 1.0)


def test_an_over_confident_category_is_brought_down_and_ranks_as_before():
    raw, labels = answers(400, 4)
    targets = CATEGORY.encode([None if n % 10 == 0 else CATEGORY.labels[label] for n, label in enumerate(labels)])
    spec, (picked,) = calibrate_head("category", CATEGORY, raw, targets)
    known = targets.any(axis=1)
    losses = [-log_softmax(raw[known] / each, axis=1)[targets[known]].mean() for each in GRID]
    assert spec.temperature == picked.temperature == pytest.approx(GRID[np.argmin(losses)], rel=0.05)
    assert (picked.question, picked.answers) == ("category", 360)
    assert picked.before > 0.2
    assert picked.after < 0.08
    assert CATEGORY.temperature == 1.0
    before, after = CATEGORY.read(raw, {}), spec.read(raw, {})
    assert [each.label for each in before] == [each.label for each in after]


@settings(max_examples=25, deadline=None)
@given(
    raw=st.lists(st.tuples(*[st.integers(-50, 50)] * 4), min_size=20, max_size=30, unique=True),
    seed=st.integers(0, 9),
)
def test_no_temperature_changes_the_order_of_answers(raw, seed):
    logits = np.array(raw, np.float32) / 8
    targets = np.eye(4, dtype=bool)[np.random.default_rng(seed).integers(4, size=len(logits))]
    spec, (picked,) = calibrate_head("category", CATEGORY, logits, targets)
    assert 0.05 <= spec.temperature <= 20
    assert np.isfinite([picked.before, picked.after]).all()
    for row, result in zip(logits, spec.read(logits, {}), strict=True):
        assert (np.diff(result.probabilities[np.argsort(row)]) >= 0).all()


def test_groups_and_tags_have_their_own_and_numbers_none():
    sleeve, sleeves = answers(300, 3)
    neck, necks = answers(300, 2, seed=3, factor=0.4)
    striped, is_striped = flags(300)
    checked, is_checked = flags(300, seed=4, factor=0.5)
    raw = np.column_stack([sleeve, neck, striped, checked, np.zeros(300)]).astype(np.float32)
    targets = np.column_stack([sleeves, necks, is_striped, is_checked, np.zeros(300)]).astype(np.float32)
    targets[:50, 1] = np.nan
    spec, picked = calibrate_head("attributes", ATTRIBUTES, raw, targets)
    assert spec.groups["sleeve"].temperature == pytest.approx(3.0, rel=0.25)
    assert spec.groups["neck"].temperature == pytest.approx(0.4, rel=0.35)
    assert spec.tags["striped"].temperature == pytest.approx(3.0, rel=0.35)
    assert [(each.question, each.answers) for each in picked] == [
        ("attributes.sleeve", 300),
        ("attributes.neck", 250),
        ("attributes, tags", 300),
    ]
    assert picked[2].after < picked[2].before
    for name, column, present in (("striped", striped, is_striped), ("checked", checked, is_checked)):
        rule = spec.tags[name]
        given = [each.every_tag[name].present for each in spec.read(raw, {})]
        best = max(f1_score(present, column >= each) for each in column)
        assert f1_score(present, given) == pytest.approx(best)
        assert 0 < rule.threshold < 1
    assert msgspec.structs.replace(spec, groups=ATTRIBUTES.groups, tags=ATTRIBUTES.tags) == ATTRIBUTES


def test_what_too_little_is_known_of_stays_as_it_is():
    spec = AttributesSpec(groups={"sleeve": Group(("long", "short"), temperature=2.0)}, tags={"striped": TagRule(0.3)})
    raw = np.ones((60, 3), np.float32)
    targets = np.zeros((60, 2), np.float32)
    targets[19:, 0] = np.nan
    targets[:4, 1] = 1
    assert calibrate_head("attributes", spec, raw, targets) == (spec, ())
    assert calibrate_head("category", CATEGORY, np.ones((19, 4), np.float32), np.eye(4, dtype=bool)[[0] * 19])[1] == ()


def test_labels_that_may_be_several_count_as_what_they_may_be():
    raw, labels = answers(200, 4)
    targets = np.eye(4, dtype=bool)[labels]
    targets[:, 3] |= labels == 2
    targets[:, 2] |= labels == 3
    spec, (picked,) = calibrate_head("category", CATEGORY, raw, targets)
    shares = [np.where(targets, np.exp(log_softmax(raw / each, axis=1)), 0).sum(axis=1) for each in GRID]
    assert spec.temperature == pytest.approx(GRID[np.argmin([-np.log(each).mean() for each in shares])], rel=0.06)
    assert picked.answers == 200


def test_one_answer_alone_and_no_mistake_stay_finite():
    raw, targets = np.tile(np.float32([9, 0, 0, 0]), (30, 1)), np.eye(4, dtype=bool)[[0] * 30]
    spec, (picked,) = calibrate_head("category", CATEGORY, raw, targets)
    assert spec.read(raw[:1], {})[0].probability == pytest.approx((30 + 1 / 4) / 31, abs=1e-3)
    assert np.isfinite(picked.after)


def test_outfits_have_a_temperature_and_vectors_none():
    spec = OutfitSpec(item_width=4)
    logits, made = flags(400)
    calibrated, (picked,) = calibrate_head("outfit", spec, logits[:, None], made[:, None].astype(np.float32))
    assert calibrated.temperature == pytest.approx(3.0, rel=0.3)
    assert picked.after < picked.before
    embedding = EmbeddingSpec(dimension=2)
    assert calibrate_head("embedding", embedding, np.ones((30, 2), np.float32), np.zeros(30)) == (embedding, ())
