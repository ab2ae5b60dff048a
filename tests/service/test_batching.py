from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("fastapi")

from fashionkit import Analyzer, AttributePredictor, Classifier, ImageError, OutfitScorer
from fashionkit.errors import EngineError
from fashionkit.runtime import EngineOptions, Model
from fashionkit.service.arriving import Upload
from fashionkit.service.batching import MOST_AT_ONCE, Lanes, ServedModel
from fashionkit.service.claims import TooManyPixels
from fashionkit.service.ticket import GoneError, Ticket, current


@pytest.fixture
def sizes():
    return []


@pytest.fixture
def model(checkpoint, sizes):
    made = replace(ServedModel.load(checkpoint, EngineOptions(threads=1)), count=2, observe=sizes.append)
    yield made
    made.close()


class Stopped:
    """An engine that waits for leave, and answers with each photo's first number."""

    name, device = "stopped", "cpu"

    def __init__(self):
        self.leave = threading.Event()
        self.begun = threading.Semaphore(0)

    def run(self, stage, inputs):
        self.begun.release()
        self.leave.wait()
        return {"first": inputs[stage][:, :1].astype(np.float32)}


def firsts(outputs):
    return [float(row[0]) for row in outputs["first"]]


def test_answers_are_those_of_the_library_whoever_else_asks(model, checkpoint, photos):
    plain = Model.load(checkpoint)
    tasks = [Analyzer, Classifier, AttributePredictor]
    asked = [(task, photo) for photo in photos for task in tasks]
    shared = {task: task(model) for task in tasks}

    def ask(each):
        task, photo = each
        return (shared[task].analyze if task is Analyzer else shared[task].predict)(photo)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, asked * 3))
    for (task, photo), answer in zip(asked * 3, answers, strict=True):
        alone = (task(plain).analyze if task is Analyzer else task(plain).predict)(photo)
        assert _near(answer.to_dict(), alone.to_dict())


def _near(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_near(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_near, one, other))
    return one == (pytest.approx(other, abs=1e-3) if isinstance(other, float) else other)


def test_outfits_are_scored_as_by_the_library(model, checkpoint, photos):
    alone = OutfitScorer.load(checkpoint).score(photos[:4])
    assert OutfitScorer(model).score(photos[:4]).score == pytest.approx(alone.score, abs=1e-4)


def test_what_waits_goes_together_and_no_more_than_a_batch():
    engine, sizes = Stopped(), []
    lanes = Lanes(engine, 1, sizes.append)
    first = lanes.put(np.array([0], np.uint8), firsts)
    engine.begun.acquire()
    later = [lanes.put(np.array([place], np.uint8), firsts) for place in range(1, 2 * MOST_AT_ONCE + 2)]
    engine.leave.set()
    assert [each.result() for each in [first, *later]] == list(range(2 * MOST_AT_ONCE + 2))
    lanes.close()
    assert sizes == [1, MOST_AT_ONCE, MOST_AT_ONCE, 1]


def test_questions_of_one_batch_are_read_apart():
    engine = Stopped()
    lanes = Lanes(engine, 1, lambda _: None)
    first = lanes.put(np.array([0], np.uint8), firsts)
    engine.begun.acquire()
    asked = [
        lanes.put(np.array([place], np.uint8), firsts if place % 2 else lambda outputs: [str(outputs["first"][0, 0])])
        for place in range(4)
    ]
    engine.leave.set()
    assert [first.result(), *(each.result() for each in asked)] == [0.0, "0.0", 1.0, "2.0", 3.0]
    lanes.close()


def test_what_nobody_waits_for_never_runs():
    engine, sizes = Stopped(), []
    lanes = Lanes(engine, 1, sizes.append)
    first = lanes.put(np.array([0], np.uint8), firsts)
    engine.begun.acquire()
    ticket = Ticket()
    before = current.set(ticket)
    dropped = lanes.put(np.array([1], np.uint8), firsts)
    current.reset(before)
    kept = lanes.put(np.array([2], np.uint8), firsts)
    ticket.give_up()
    engine.leave.set()
    assert (first.result(), kept.result()) == (0.0, 2.0)
    with pytest.raises(GoneError):
        dropped.result()
    lanes.close()
    assert sizes == [1, 1]


def test_an_engine_that_fails_is_heard_of_by_all_and_goes_on():
    class Failing(Stopped):
        def run(self, stage, inputs):
            raise EngineError("no")

    lanes = Lanes(Failing(), 1, lambda _: None)
    for asked in [lanes.put(np.array([0], np.uint8), firsts) for _ in range(3)]:
        with pytest.raises(EngineError, match="no"):
            asked.result()
    lanes.close()


def test_a_reader_that_loses_answers_is_an_error():
    engine = Stopped()
    engine.leave.set()
    lanes = Lanes(engine, 1, lambda _: None)
    with pytest.raises(EngineError, match="1 photos gave 0 answers"):
        lanes.put(np.array([0], np.uint8), lambda _: []).result()
    lanes.close()


def test_a_photo_that_cannot_be_read_goes_by_the_name_that_it_was_sent_with(model, photos):
    broken = Upload(photos[0].read_bytes()[:100])
    broken.name = "mine.png"
    with pytest.raises(ImageError, match=r"^mine\.png: ") as refused:
        Classifier(model).predict(broken)
    assert not isinstance(refused.value, TooManyPixels)


def test_a_photo_that_claims_too_much_is_told_apart(checkpoint, photos):
    from fashionkit.images import Limits

    model = ServedModel.load(checkpoint, EngineOptions(threads=1), Limits(max_pixels=100))
    with pytest.raises(TooManyPixels, match="claims 90x120 pixels"):
        Classifier(model).predict(Upload(photos[0].read_bytes()))
    model.close()


def test_work_for_nobody_stops_before_it_decodes(model, photos):
    ticket = Ticket()
    ticket.give_up()
    before = current.set(ticket)
    with pytest.raises(GoneError):
        Classifier(model).predict(photos[0])
    with pytest.raises(GoneError):
        OutfitScorer(model).score(photos[:2])
    current.reset(before)
