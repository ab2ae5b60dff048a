"""Photo by photo, and in the mean, outcomes are the figures of `evaluate`."""

from __future__ import annotations

import numpy as np
import pytest

from fashionkit.datasets import open_data
from fashionkit.evaluation.ablation import outcomes
from fashionkit.evaluation.photo_set import evaluate_photos
from fashionkit.evaluation.train_split import TrainSplit


@pytest.fixture(scope="module")
def measured(model, things):
    data = open_data(things, "val")
    return data, *evaluate_photos(data, TrainSplit("", open_data(things, "train").photos, data), (), model, None)


def test_of_labels_they_are_right_and_wrong_answers(measured):
    _, _, part = measured
    for detail in part.labels:
        found = outcomes.of_labels(detail)
        figure = part.figures[f"{detail.name}/accuracy"]
        assert len(found) == figure.n
        assert set(found.values()) <= {0.0, 1.0}
        assert np.mean(list(found.values())) == pytest.approx(figure.value)


def test_of_a_search_they_are_first_hits(measured):
    data, answers, part = measured
    name, found = outcomes.of_search(data, answers, "embedding")
    figure = part.figures[name]
    assert len(found) == figure.n
    assert np.mean(list(found.values())) == pytest.approx(figure.value)
    photo = next(iter(found))
    vectors = answers.raw["embedding"]
    row = [each.id for each in answers.photos].index(photo)
    nearest = int(np.argsort(-(vectors @ vectors[row]), kind="stable")[:2][1])
    assert found[photo] == float(answers.photos[nearest].labels["embedding"] == answers.photos[row].labels["embedding"])


def test_where_nothing_has_its_like_there_are_none(measured):
    data, answers, _ = measured
    alone = answers.only(lambda photo: int(photo.id.split(".")[0]) % 2 == 0)
    assert outcomes.of_search(data, alone, "embedding")[1] == {}
