"""Answering from a model that is being trained leaves the training as it was."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fashionkit import CategorySpec, Classifier, EmbeddingSpec, InputRule
from fashionkit.errors import EngineError

torch = pytest.importorskip("torch")


@pytest.fixture
def model():
    from fashionkit import FashionModel

    torch.manual_seed(0)
    heads = {"category": CategorySpec(labels=("dress", "shirt")), "embedding": EmbeddingSpec(dimension=8)}
    return FashionModel("test_efficientnet", heads, input=InputRule(size=(64, 64)))


def test_every_part_keeps_its_own_mode(model, photos):
    model.train()
    model.backbone.freeze(2)
    model.heads["embedding"].eval()
    before = [module.training for module in model.modules()]
    assert True in before
    assert False in before[1:]
    Classifier.load(model).predict(photos)
    assert [module.training for module in model.modules()] == before


def test_several_tasks_on_one_model_move_no_statistics(model, photos):
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    tasks = [Classifier.load(model) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda task: task.predict(photos * 2), tasks * 3))
    for answer in answers:  # batches differ, and so do the last digits of sums
        for found, expected in zip(answer, answers[0], strict=True):
            assert found.label == expected.label
            np.testing.assert_allclose(found.probabilities, expected.probabilities, atol=1e-5)
    assert model.training
    moved = [name for name, value in model.state_dict().items() if not torch.equal(value, before[name])]
    assert moved == []


def test_answers_are_those_of_the_weights_at_that_moment(model, photos):
    classifier = Classifier.load(model)
    before = classifier.predict(photos[0])
    with torch.no_grad():
        model.heads["category"].classifier.bias += torch.tensor([0.0, 5.0])
    after = classifier.predict(photos[0])
    assert after.top(2)[0].label == "shirt"
    assert after != before


def test_a_model_in_memory_stays_where_it_is(model):
    with pytest.raises(EngineError, match="is on cpu, not on meta; move it first"):
        Classifier.load(model, device="meta")
    with pytest.raises(EngineError, match="a model in memory runs on torch, not on onnx"):
        Classifier.load(model, engine="onnx")
    with pytest.warns(UserWarning, match="call torch.set_num_threads"):
        Classifier.load(model, threads=torch.get_num_threads() + 1)
