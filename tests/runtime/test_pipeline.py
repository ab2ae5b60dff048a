from __future__ import annotations

import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image

from fashionkit.errors import ConfigError, EngineError, ImageError
from fashionkit.images import InputRule
from fashionkit.runtime import Pipeline

pytestmark = pytest.mark.light

RULE = InputRule(size=(8, 6))


class CountingEngine:
    """Answers with the sum of each photo's pixels, and remembers how it was called."""

    name, device = "counting", "cpu"

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.at_once = 0
        self.most_at_once = 0

    def run(self, stage, inputs):
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        photos = inputs[stage]
        assert photos.dtype == np.uint8
        assert photos.shape[1:] == (8, 6, 3)
        self.batches.append(len(photos))
        self.at_once -= 1
        return {"sum": photos.reshape(len(photos), -1).sum(axis=1, keepdims=True).astype(np.float32)}


def photo(value: int) -> np.ndarray:
    return np.full((10, 12, 3), value % 256, np.uint8)


def read_sums(outputs):
    return [int(row[0]) for row in outputs["sum"]]


def expected_sum(value: int) -> int:
    return (value % 256) * 8 * 6 * 3


def pipeline(engine=None, **settings) -> Pipeline:
    return Pipeline(engine or CountingEngine(), RULE, threads=2, **settings)


def test_answers_come_in_the_order_of_the_photos():
    found = list(pipeline(batch_size=4).stream((photo(value) for value in range(99)), read_sums))
    assert found == [(place, expected_sum(place)) for place in range(99)]


def test_no_photos_give_no_answers_and_no_call():
    engine = CountingEngine()
    assert list(pipeline(engine).stream([], read_sums)) == []
    assert engine.batches == []


def test_batches_are_no_larger_than_allowed():
    engine = CountingEngine()
    list(pipeline(engine, batch_size=8).stream([photo(1)] * 50, read_sums))
    assert sum(engine.batches) == 50
    assert max(engine.batches) <= 8


def test_a_fast_source_is_computed_in_full_batches():
    many_wait = threading.Event()

    class First:
        """A file that can be read only once many other photos wait."""

        def read(self, size=-1):
            assert many_wait.wait(10), "no other photo was taken while the first was decoded"
            return b""

    def photos():
        yield First()
        for value in range(20):
            if value == 8:
                many_wait.set()
            yield photo(value)

    engine = CountingEngine()
    found = list(Pipeline(engine, RULE, threads=1, batch_size=8).stream(photos(), read_sums, "skip"))
    assert found == [(value + 1, expected_sum(value)) for value in range(20)]
    assert engine.batches[0] == 8


def test_a_slow_source_is_answered_photo_by_photo():
    class Telling(CountingEngine):
        def run(self, stage, inputs):
            answers = super().run(stage, inputs)
            ran.release()
            return answers

    def photos():
        for value in range(3):
            yield photo(value)
            assert ran.acquire(timeout=10), "the engine waited for more photos"

    ran = threading.Semaphore(0)
    engine = Telling()
    assert len(list(pipeline(engine).stream(photos(), read_sums))) == 3
    assert engine.batches == [1, 1, 1]


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_no_more_threads_are_busy_than_allowed(threads):
    """Decoding and computing share them."""
    busy: list[int] = []
    lock = threading.Lock()
    at_once = 0

    def work():
        nonlocal at_once
        with lock:
            at_once += 1
            busy.append(at_once)
        time.sleep(0.001)
        with lock:
            at_once -= 1

    class Working(CountingEngine):
        def run(self, stage, inputs):
            work()
            return super().run(stage, inputs)

    class File:
        def read(self, size=-1):
            work()
            return b""

    sources = [each for value in range(40) for each in (photo(value), File())]
    list(Pipeline(Working(), RULE, threads=threads, batch_size=4).stream(sources, read_sums, "return"))
    assert max(busy) <= threads


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(st.integers(0, 255), st.none()), max_size=40), st.integers(1, 9))
def test_every_photo_gets_its_own_answer_or_its_own_error(values, batch_size):
    sources = [b"broken" if value is None else photo(value) for value in values]
    engine = CountingEngine()
    returned = list(pipeline(engine, batch_size=batch_size).stream(sources, read_sums, "return"))
    assert [place for place, _ in returned] == list(range(len(values)))
    for value, (_, answer) in zip(values, returned, strict=True):
        if value is None:
            assert isinstance(answer, ImageError)
        else:
            assert answer == expected_sum(value)
    skipped = list(pipeline(batch_size=batch_size).stream(sources, read_sums, "skip"))
    assert skipped == [pair for pair in returned if not isinstance(pair[1], ImageError)]
    assert 0 not in engine.batches


def test_raise_gives_the_answers_before_the_broken_photo_first():
    stream = pipeline(batch_size=2).stream([photo(1), photo(2), photo(3), b"broken", photo(5)], read_sums)
    found = []
    with pytest.raises(ImageError, match="bytes"):
        found.extend(stream)
    assert found == [(place, expected_sum(place + 1)) for place in range(3)]


def test_photos_are_taken_only_as_there_is_room_for_them():
    taken = 0

    def photos():
        nonlocal taken
        for value in range(1000):
            taken += 1
            yield photo(value)

    stream = pipeline(batch_size=4).stream(photos(), read_sums)
    next(stream)
    assert taken <= 4 * 4
    for _ in range(20):
        next(stream)
    assert taken <= 20 + 4 * 4


def test_a_caller_who_stops_leaves_no_thread_behind():
    before = set(threading.enumerate())
    stream = pipeline(batch_size=4).stream((photo(value) for value in range(1000)), read_sums)
    next(stream)
    stream.close()
    deadline = time.monotonic() + 10
    while set(threading.enumerate()) - before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not set(threading.enumerate()) - before


def test_decoding_goes_on_while_the_engine_runs():
    """A photo that is decoded only once the engine has begun would wait for ever in a pipeline that takes turns."""
    begun = threading.Event()

    class Signalling(CountingEngine):
        device = "a card"

        def run(self, stage, inputs):
            begun.set()
            assert decoded.wait(10), "nothing was decoded while the engine ran"
            return super().run(stage, inputs)

    class Late:
        """A file whose bytes are there only once the engine runs."""

        def read(self, size=-1):
            assert begun.wait(10), "the engine did not begin before all photos were decoded"
            first = not decoded.is_set()
            decoded.set()
            return b"broken" if first else b""

    decoded = threading.Event()
    sources = [photo(1), photo(2), Late(), photo(3)]
    found = list(pipeline(Signalling(), batch_size=2).stream(sources, read_sums, "return"))
    assert [place for place, _ in found] == [0, 1, 2, 3]
    assert isinstance(found[2][1], ImageError)


def test_a_card_takes_what_was_decoded_while_it_was_busy():
    class Slow(CountingEngine):
        device = "a card"

        def run(self, stage, inputs):
            assert decoded.wait(10), "nothing was decoded while the engine ran"
            return super().run(stage, inputs)

    class Last:
        def read(self, size=-1):
            decoded.set()
            return b""

    decoded = threading.Event()
    engine = Slow()
    sources = [*(photo(value) for value in range(7)), Last()]
    found = list(pipeline(engine).stream(sources, read_sums, "skip"))
    assert found == [(value, expected_sum(value)) for value in range(7)]
    assert engine.most_at_once == 1
    assert len(engine.batches) <= 3


def test_an_error_of_the_engine_ends_the_stream():
    class Failing(CountingEngine):
        def run(self, stage, inputs):
            raise EngineError("out of memory")

    with pytest.raises(EngineError, match="out of memory"):
        list(pipeline(Failing()).stream([photo(1)], read_sums, "return"))


def test_an_error_of_the_callers_iterable_is_the_callers():
    def photos():
        yield photo(1)
        raise KeyError("theirs")

    with pytest.raises(KeyError, match="theirs"):
        list(pipeline().stream(photos(), read_sums, "skip"))


def test_too_few_answers_are_an_engine_error():
    with pytest.raises(EngineError, match="1 photos gave 0 answers"):
        list(pipeline(batch_size=1).stream([photo(1), photo(2)], lambda outputs: read_sums(outputs)[:0]))


@pytest.mark.parametrize("on_error", ["ignore", "Raise", None, 1])
def test_on_error_is_one_of_three(on_error):
    with pytest.raises(ConfigError, match="on_error cannot be"):
        pipeline().stream([], read_sums, on_error)


def test_one_photo_is_answered_in_the_callers_thread():
    threads = []

    class Asking(CountingEngine):
        def run(self, stage, inputs):
            threads.append(threading.current_thread())
            return super().run(stage, inputs)

    assert pipeline(Asking()).one(photo(3), read_sums) == expected_sum(3)
    assert threads == [threading.current_thread()]
    with pytest.raises(ImageError):
        pipeline().one(b"", read_sums)


def test_many_threads_may_stream_through_one_pipeline():
    shared = pipeline(batch_size=3)
    with ThreadPoolExecutor(4) as pool:
        streams = pool.map(lambda n: list(shared.stream([photo(v) for v in range(n)], read_sums)), range(12))
    assert list(streams) == [[(v, expected_sum(v)) for v in range(n)] for n in range(12)]


def test_an_error_that_is_kept_keeps_no_photo():
    """Thousands of returned errors must not hold thousands of files, as an error's traceback would."""
    bytes_of = bytearray(b"no photo " * 1000)
    ((_, error),) = pipeline().stream([memoryview(bytes_of)], read_sums, "return")
    assert isinstance(error, ImageError)
    assert error.__traceback__ is None
    assert error.__cause__ is None
    assert error.__context__ is None


def test_a_large_jpeg_is_read_alike_as_a_file_and_as_pixels():
    """Files are decoded at a fraction of their size where that loses nothing; arrays cannot be."""
    draw = np.random.default_rng(0)
    rough = draw.integers(0, 256, (75, 60, 3), dtype=np.uint8)
    picture = Image.fromarray(rough).resize((1200, 1500), Image.Resampling.BICUBIC)
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=92)
    pixels = np.asarray(Image.open(encoded))
    for interpolation, most in (("area", 1.5), ("bilinear", 0), ("bicubic", 0)):
        rule = InputRule(size=(96, 64), interpolation=interpolation)
        through = Pipeline(Keeping(), rule, threads=1)
        from_file, from_pixels = (through.one(source, lambda o: o["pixels"]) for source in (encoded.getvalue(), pixels))
        assert np.abs(from_file.astype(int) - from_pixels).mean() <= most


class Keeping:
    """Answers with the pixels that it was given."""

    name, device = "keeping", "cpu"

    def run(self, stage, inputs):
        return {"pixels": inputs[stage].astype(np.float32)}
