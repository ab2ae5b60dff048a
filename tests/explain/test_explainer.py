from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from fashionkit import AttributePredictor, Classifier, FashionModel, OutfitScorer, load_image  # noqa: E402
from fashionkit.errors import DataError, ImageError, ModelError  # noqa: E402
from fashionkit.explain import Explainer  # noqa: E402


@pytest.fixture(scope="module")
def explainer(checkpoint):
    return Explainer.load(checkpoint)


def test_the_answer_is_the_one_that_the_tasks_give(explainer, checkpoint, photos):
    answer, found = Classifier.load(checkpoint).predict(photos[0]), explainer.category(photos[0])
    assert found.label == answer.label
    assert found.probability == pytest.approx(answer.probability, abs=1e-4)
    sleeve = AttributePredictor.load(checkpoint).predict(photos[0])["sleeve"]
    found = explainer.attribute(photos[0], "sleeve")
    assert found.label == f"sleeve={sleeve.label}"
    assert found.probability == pytest.approx(sleeve.probability, abs=1e-4)


def test_a_map_lies_over_the_photo_as_it_was_given(explainer, photos):
    explanation = explainer.category(photos[0])
    assert explanation.photo.shape == load_image(photos[0]).shape
    assert explanation.map.shape == explanation.photo.shape[:2]
    assert explanation.map.dtype == np.float32
    assert (explanation.map.min(), explanation.map.max()) == (pytest.approx(0, abs=0.2), 1.0)
    assert not explanation.map.flags.writeable


def test_another_label_and_another_value_may_be_asked_for(explainer, photos):
    labels = explainer.model.specs["category"].labels
    found = [explainer.category(photos[0], label) for label in labels]
    assert tuple(each.label for each in found) == labels
    assert sum(each.probability for each in found) == pytest.approx(1)
    assert explainer.attribute(photos[0], "sleeve", "does not apply").label == "sleeve=does not apply"
    assert explainer.attribute(photos[0], "striped").label == "striped"


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda explainer, photo: explainer.category(photo, "shrit"), "did you mean 'shirt'"),
        (lambda explainer, photo: explainer.attribute(photo, "sleve"), "did you mean 'sleeve'"),
        (lambda explainer, photo: explainer.attribute(photo, "sleeve", "lnog"), "did you mean 'long'"),
        (lambda explainer, photo: explainer.attribute(photo, "striped", "yes"), "leave the value out"),
        (lambda explainer, photo: explainer.attribute(photo, "year"), "is a number"),
    ],
)
def test_what_the_model_does_not_know_is_refused(explainer, photos, ask, words):
    with pytest.raises(DataError, match=words):
        ask(explainer, photos[0])


def test_a_head_or_a_photo_that_is_not_there_is_refused(explainer, photos, broken_photo):
    with pytest.raises(ModelError, match="no category head 'attributes'"):
        explainer.category(photos[0], head="attributes")
    with pytest.raises(ImageError, match=r"broken\.png"):
        explainer.category(broken_photo)
    with pytest.raises(ImageError, match=r"broken\.png"):
        explainer.likeness(photos[0], broken_photo)
    with pytest.raises(ModelError, match=r"use Explainer\.load"):
        Explainer(str(photos[0]))


def test_a_similarity_splits_exactly_over_the_places(explainer, photos):
    """cos(e, e') = the sum over places of what each gives + what the bias gives (no place)."""
    model = explainer.model
    first, second = (explainer._read(photo)[1] for photo in photos[:2])
    likeness = explainer.likeness(*photos[:2])
    projection = model.heads["embedding"].projection
    with torch.no_grad():
        seen = model.backbone.see(model.normalised(torch.from_numpy(first)[None]))[0].flatten(1)
        vector, other = (projection(model.features(torch.from_numpy(each)[None]).pooled)[0] for each in (first, second))
        towards = other / other.norm() / vector.norm()
        shares = (projection.weight @ seen).T @ towards / seen.shape[1]
        whole = shares.sum() + projection.bias @ towards
    assert float(whole) == pytest.approx(likeness.similarity, abs=1e-5)
    found = explainer._towards("embedding", first, (other / other.norm()).numpy())
    np.testing.assert_allclose(found.ravel(), shares.relu().numpy(), rtol=1e-4, atol=1e-6)


def test_a_photo_is_most_like_itself(explainer, photos):
    same = explainer.likeness(photos[0], photos[0])
    assert same.similarity == pytest.approx(1)
    np.testing.assert_array_equal(*same.maps)
    height, width = same.photos[0].shape[:2]
    assert same.overlay().shape[0] == height
    assert same.overlay().shape[1] > 2 * width


def test_photos_of_any_shape_are_drawn_side_by_side(explainer):
    wide, high = np.zeros((20, 300, 3), np.uint8), np.full((200, 7, 3), 90, np.uint8)
    assert explainer.likeness(wide, high).overlay().shape[0] == 20
    assert explainer.likeness(np.zeros((1, 1, 3), np.uint8), high).overlay().shape[0] == 1


@pytest.mark.parametrize("count", [2, 3, 16])
def test_an_outfit_has_the_score_of_the_task_and_a_map_an_item(explainer, checkpoint, photos, count):
    items = [photos[place % len(photos)] for place in range(count)]
    found, scored = explainer.outfit(items), OutfitScorer.load(checkpoint).score(items)
    assert found.scored.score == pytest.approx(scored.score, abs=1e-4)
    assert found.scored.without == (None if count == 2 else pytest.approx(scored.without, abs=1e-4))
    assert [heat.shape for heat in found.maps] == [photo.shape[:2] for photo in found.photos]
    drawn = found.overlay()
    assert (drawn.dtype, drawn.shape[2]) == (np.uint8, 3)
    caption = drawn[-20:]
    assert (caption != 255).any() == (count > 2)


def test_an_item_is_explained_beside_the_others(explainer, photos):
    looked_at = [explainer._read(photo)[1] for photo in photos]
    vectors = np.stack([explainer._outputs(each)["embedding"][0] for each in looked_at])
    heats = np.stack(
        [
            [explainer._beside("outfit", vectors[[place, other]], 0, looked_at[place]) for other in range(8, 12)]
            for place in range(8)
        ]
    )
    speaking = heats[heats.max(axis=(1, 2, 3)) > 0]
    assert len(speaking)
    assert not np.allclose(speaking, speaking[:, :1], rtol=0.01, atol=1e-7)


@pytest.mark.parametrize("count", [0, 1, 17])
def test_too_few_or_too_many_items_are_no_outfit(explainer, photos, count):
    with pytest.raises(DataError, match="2 to 16"):
        explainer.outfit([photos[0]] * count)
    with pytest.raises(DataError, match="2 to 16"):
        explainer.outfit(str(photos[0]))


def test_a_model_that_is_being_trained_goes_on_as_it_was(checkpoint, photos):
    model = FashionModel.load(checkpoint).train()
    model.backbone.freeze(1)
    modes = [module.training for module in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    Explainer(model).category(photos[0])
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_threads_get_what_one_gets(explainer, photos):
    expected = [explainer.category(photo) for photo in photos[:4]]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(explainer.category, photos[:4]))
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.label == theirs.label
        np.testing.assert_allclose(ours.map, theirs.map, atol=1e-5)


def test_an_explanation_crosses_processes_and_an_explainer_does_not(explainer, photos):
    explanation = explainer.category(photos[0])
    again = pickle.loads(pickle.dumps(explanation))
    assert again.label == explanation.label
    np.testing.assert_array_equal(again.map, explanation.map)
    with pytest.raises(ModelError, match="load another"):
        pickle.dumps(explainer)
