"""`Classifier`, `AttributePredictor` and `Analyzer`: what they share and where they differ."""

from __future__ import annotations

import io
import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from PIL import Image

from fashionkit import Analyzer, AttributePredictor, Classifier
from fashionkit.errors import ConfigError, EngineError, ImageError, ModelError
from fashionkit.images import Limits

pytestmark = pytest.mark.light

ENGINES = ["onnx", "openvino"]


@pytest.fixture(params=[Classifier, AttributePredictor, Analyzer])
def task(request, checkpoint):
    return request.param.load(checkpoint)


def ask(task, photos, **settings):
    return task.analyze(photos, **settings) if isinstance(task, Analyzer) else task.predict(photos, **settings)


def test_one_photo_gives_one_answer_and_a_list_gives_a_list(task, photos):
    answer = ask(task, photos[0])
    assert not isinstance(answer, list)
    assert ask(task, [photos[0]]) == [answer]
    assert ask(task, tuple(photos[:2])) == [answer, ask(task, photos[1])]
    assert ask(task, []) == []


def test_every_kind_of_source_gives_the_same_answer(task, photos):
    picture = Image.open(photos[0])
    sources = [str(photos[0]), photos[0], photos[0].read_bytes(), io.BytesIO(photos[0].read_bytes()), picture]
    sources += [np.asarray(picture), np.asarray(picture).astype(np.float64) / 255]
    answers = ask(task, sources)
    assert all(answer == answers[0] for answer in answers)


def test_different_photos_get_different_answers(task, photos):
    assert len({str(answer.to_dict()) for answer in ask(task, photos)}) == len(photos)


def test_an_array_is_one_photo_and_a_stack_of_them_is_none(task):
    with pytest.raises(ImageError, match="array"):
        ask(task, np.zeros((4, 32, 32, 3), np.uint8))


def test_a_broken_photo_raises_or_is_returned_in_its_place(task, photos, broken_photo):
    with pytest.raises(ImageError, match=r"broken\.png"):
        ask(task, [photos[0], broken_photo])
    with pytest.raises(ImageError, match=r"broken\.png"):
        ask(task, broken_photo)
    first, error, last = ask(task, [photos[0], broken_photo, photos[1]], on_error="return")
    assert isinstance(error, ImageError)
    assert [first, last] == ask(task, photos[:2])
    assert isinstance(ask(task, broken_photo, on_error="return"), ImageError)


@pytest.mark.parametrize("on_error", ["skip", "ignore", None])
def test_a_list_of_answers_cannot_leave_any_out(task, photos, on_error):
    with pytest.raises(ConfigError):
        ask(task, photos, on_error=on_error)


def test_a_stream_gives_places_and_answers(task, photos, broken_photo):
    sources = [photos[0], broken_photo, photos[1]]
    first, last = ask(task, photos[:2])
    assert list(task.stream(iter(sources), on_error="skip")) == [(0, first), (2, last)]
    assert [place for place, _ in task.stream(sources, on_error="return")] == [0, 1, 2]
    with pytest.raises(ImageError):
        list(task.stream(sources))


def test_a_task_crosses_processes(task, photos):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        method = task.analyze if isinstance(task, Analyzer) else task.predict
        assert pool.submit(method, photos[:2]).result() == method(photos[:2])


def test_answers_cross_processes_and_can_be_shown(task, photos):
    answer = ask(task, photos[0])
    assert pickle.loads(pickle.dumps(answer)) == answer
    assert "\n" not in repr(answer)
    assert "<table>" in answer._repr_html_()
    assert repr(task).startswith(type(task).__name__)


def test_engines_give_the_same_answers(checkpoint, photos):
    first, second = (Analyzer.load(checkpoint, engine=engine).analyze(photos) for engine in ENGINES)
    for ours, theirs in zip(first, second, strict=True):
        np.testing.assert_allclose(ours.category.probabilities, theirs.category.probabilities, atol=1e-4)
        assert ours.embedding.similarity(theirs.embedding) >= 0.9999


def test_an_analysis_holds_what_the_single_tasks_say(checkpoint, photos):
    analysis = Analyzer.load(checkpoint).analyze(photos[0])
    assert list(analysis) == ["category", "attributes", "embedding"]
    assert analysis.category == analysis["category"] == Classifier.load(checkpoint).predict(photos[0])
    assert analysis.attributes == AttributePredictor.load(checkpoint).predict(photos[0])
    assert analysis.embedding.dimension == 8
    with pytest.raises(ModelError, match="no 'categry'; did you mean 'category'"):
        analysis["categry"]


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"engine": "tensorrt"}, EngineError, "unknown engine"),
        ({"precision": "int8"}, EngineError, "unknown precision"),
        ({"device": "cuda", "engine": "onnx"}, EngineError, "runs on the cpu"),
        ({"threads": -1}, ConfigError, "threads"),
        ({"head": "catgory"}, ModelError, "did you mean 'category'"),
    ],
)
def test_loading_refuses_what_it_cannot_do(checkpoint, settings, error, words):
    with pytest.raises(error, match=words):
        Classifier.load(checkpoint, **settings)


def test_limits_hold_for_every_photo_and_can_be_raised(checkpoint, photos):
    strict = Classifier.load(checkpoint, limits=Limits(max_pixels=1000))
    with pytest.raises(ImageError, match="pixels"):
        strict.predict(photos[0])
    assert isinstance(pickle.loads(pickle.dumps(strict)).predict(photos[0], on_error="return"), ImageError)
    assert Classifier.load(checkpoint, limits=Limits(max_pixels=10**9)).predict(photos[0])


def test_loading_what_is_no_checkpoint(tmp_path):
    with pytest.raises(ModelError, match=r"does not exist; give one that"):
        Classifier.load(tmp_path / "missing")
    with pytest.raises(ModelError, match=r"no config\.json"):
        Classifier.load(tmp_path)
