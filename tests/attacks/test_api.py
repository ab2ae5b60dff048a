"""Working attempts to make the tasks hang, leak, answer wrongly or fail with a library's own error.

Each ends in the right answer or in one clear error of ours. What forks runs in a process of its own, which would hang
where it went wrong.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from fashionkit import Analyzer, Classifier, OutfitScorer, Retriever
from fashionkit.errors import CatalogueError, ConfigError, DataError, EngineError, ImageError, ModelError
from fashionkit.images import fit, read

pytestmark = pytest.mark.light

MANY = 1024
# Until a process that forked counts as hung; it needs a few seconds.
PATIENCE = 60


@pytest.fixture(scope="module")
def classifier(checkpoint):
    return Classifier.load(checkpoint)


@pytest.fixture(scope="module")
def scorer(checkpoint):
    return OutfitScorer.load(checkpoint)


@pytest.fixture
def retriever(checkpoint, tmp_path, photos):
    with (
        pytest.warns(UserWarning, match="made a new"),
        Retriever.open(tmp_path / "catalogue", model=checkpoint, create=True) as made,
    ):
        made.add(photos[:4], ids=["a", "b", "c", "d"])
        yield made


ONE_PHOTO = {
    "path": str,
    "Path": Path,
    "bytes": lambda path: path.read_bytes(),
    "view": lambda path: memoryview(path.read_bytes()),
    "RGB": read,
    "grey": lambda path: read(path)[:, :, 0],
    "a value": lambda _: np.array("shirt.png"),
    "nothing": lambda _: None,
    "number": lambda _: 3,
}


@pytest.mark.parametrize("kind", ONE_PHOTO)
def test_one_photo_is_no_stream_of_its_letters_or_rows(classifier, photos, kind):
    with pytest.raises(ImageError, match="a stream takes several photos"):
        classifier.stream(ONE_PHOTO[kind](photos[0]), on_error="skip")


def test_an_open_file_is_no_stream_of_its_lines(classifier, photos):
    with photos[0].open("rb") as file, pytest.raises(ImageError, match="a stream takes several photos"):
        classifier.stream(file)


def test_a_tensor_is_no_stream_of_its_channels(classifier):
    torch = pytest.importorskip("torch")
    with pytest.raises(ImageError, match="a stream takes several photos"):
        classifier.stream(torch.zeros(3, 8, 8))


def test_whatever_can_be_iterated_over_streams(classifier, photos):
    answers = list(enumerate(classifier.predict(photos[:2])))
    paths = [str(path) for path in photos[:2]]
    stack = np.stack([fit(read(path), classifier.model.rule) for path in photos[:2]])

    class Numbered:
        def __getitem__(self, place):
            return paths[place]

    for several in (tuple(paths), iter(paths), np.array(paths), np.array(paths, object), dict.fromkeys(paths)):
        assert list(classifier.stream(several)) == answers
    assert list(classifier.stream(Numbered())) == answers
    assert [place for place, _ in classifier.stream(stack)] == [0, 1]


@pytest.mark.parametrize(
    ("settings", "error", "words"),
    [
        ({"threads": MANY + 1}, ConfigError, "at most 1,024"),
        ({"threads": 2**70}, ConfigError, "at most 1,024"),
        ({"device": None}, EngineError, "device is None"),
        ({"device": ["cpu"]}, EngineError, "device is"),
        ({"limits": None}, ConfigError, "limits is None"),
        ({"limits": {"max_pixels": 1}}, ConfigError, "limits is"),
        ({"head": 3}, ModelError, "no category head 3"),
    ],
)
def test_settings_of_another_type_or_size_are_refused_at_once(checkpoint, settings, error, words):
    with pytest.raises(error, match=words):
        Classifier.load(checkpoint, **settings)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux lists the threads of a process")
def test_an_engine_starts_no_more_threads_than_can_run(checkpoint, photos):
    before = len(list(Path("/proc/self/task").iterdir()))
    many = Classifier.load(checkpoint, threads=MANY)
    assert many.predict(photos[0])
    assert len(list(Path("/proc/self/task").iterdir())) - before <= (os.cpu_count() or 1)


def test_a_relative_folder_is_found_after_the_working_folder_changed(checkpoint, photos, tmp_path, monkeypatch):
    monkeypatch.chdir(checkpoint.parent)
    relative = Classifier.load(checkpoint.name)
    pickled = pickle.dumps(relative)
    monkeypatch.chdir(tmp_path)
    assert relative.predict(photos[0]) == pickle.loads(pickled).predict(photos[0])


def test_streams_that_end_early_leave_nothing_behind(classifier, photos):
    def interrupted():
        yield photos[0]
        raise KeyboardInterrupt

    def left_behind():
        gc.collect()
        ours = [thread for thread in threading.enumerate() if thread.name.startswith("fashionkit-")]
        for thread in ours:
            thread.join(PATIENCE)
        return sum(thread.is_alive() for thread in ours)

    for _ in range(20):
        stream = classifier.stream(itertools.cycle(photos))
        next(stream)
        stream.close()
        dropped = classifier.stream(itertools.cycle(photos))
        next(dropped)
        del dropped
        with pytest.raises(ImageError):
            list(classifier.stream([*photos, "missing.png", *photos]))
        with pytest.raises(KeyboardInterrupt):
            list(classifier.stream(interrupted()))
    assert left_behind() == 0


def test_many_threads_share_one_task(checkpoint, photos):
    analyzer = Analyzer.load(checkpoint)
    expected = [answer.category for answer in Analyzer.load(checkpoint).analyze(photos)]
    wrong = []

    def ask(start):
        places = [place % 12 for place in range(start, start + 6)]
        wrong.extend(place for place in places if analyzer.analyze(photos[place]).category != expected[place])
        if [answer.category.label for _, answer in analyzer.stream(photos)] != [each.label for each in expected]:
            wrong.append("stream")

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


FORKED_IN_A_STREAM = """
import itertools, os, sys
from fashionkit import Classifier
from fashionkit.errors import EngineError

folder, engine, *photos = sys.argv[1:]
classifier = Classifier.load(folder, engine=engine)
expected = [category.label for category in classifier.predict(photos)]
stream = classifier.stream(itertools.cycle(photos))
next(stream)
child = os.fork()
if child == 0:
    try:
        next(stream)
    except EngineError as error:
        print(error, flush=True)
    for answering in (lambda: classifier, lambda: Classifier.load(folder, engine=engine)):
        try:
            print([category.label for category in answering().predict(photos)] == expected, flush=True)
        except EngineError as error:
            print(error, flush=True)
    sys.exit()
os.waitpid(child, 0)
print(next(stream)[0])
"""

FORKED_IDLE = """
import os, sys
from fashionkit import Classifier

folder, engine, *photos = sys.argv[1:]
classifier = Classifier.load(folder, engine=engine)
classifier.predict(photos)
classifier.predict(photos[0])
if os.fork() == 0:
    sys.exit(7)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""

FORKED_ON_AUTO = """
import os, sys
from fashionkit import Classifier
from fashionkit.runtime import choice

choice.ON_CPU = ("openvino", "onnx")
folder, *photos = sys.argv[1:]
classifier = Classifier.load(folder)
expected = [category.label for category in classifier.predict(photos)]
if os.fork() == 0:
    print([category.label for category in classifier.predict(photos)] == expected)
    sys.exit()
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""

NOT_FORKED = (
    "OpenVINO was used before this process was forked, and cannot go on in it; choose engine='onnx', or start the "
    "process by 'spawn'"
)
FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def run_forking(code, *arguments):
    command = [sys.executable, "-W", "always::UserWarning", "-c", code, *map(str, arguments)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        try:
            answered = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # what it forked as well
            raise
    return subprocess.CompletedProcess(command, process.returncode, *answered)


@FORKS
@pytest.mark.parametrize(("engine", "told"), [("onnx", "True"), ("openvino", NOT_FORKED), ("torch", "True")])
def test_a_fork_in_the_middle_of_a_stream(checkpoint, photos, engine, told):
    if engine == "torch":
        pytest.importorskip("torch")
    done = run_forking(FORKED_IN_A_STREAM, checkpoint, engine, *photos)
    assert done.stdout.splitlines() == [
        "a stream cannot go on in a forked process; begin a new one there",
        told,
        told,
        "1",
    ], done.stderr


@FORKS
@pytest.mark.parametrize("engine", ["onnx", "openvino", "torch"])
def test_a_forked_process_ends_as_it_wants_to(checkpoint, photos, engine):
    if engine == "torch":
        pytest.importorskip("torch")
    done = run_forking(FORKED_IDLE, checkpoint, engine, *photos)
    assert done.stdout.split() == ["7"], done.stderr


@FORKS
def test_an_engine_that_does_not_go_on_in_a_forked_process_gives_way_there(checkpoint, photos):
    done = run_forking(FORKED_ON_AUTO, checkpoint, *photos)
    assert done.stdout.split() == ["True", "0"], done.stderr
    assert "onnx answers in place of an engine that failed: OpenVINO was used before" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"ids": {"x", "y"}}, "ids come as a set"),
        ({"ids": itertools.count()}, "ids come as a count"),
        ({"ids": 3}, "ids come as a int"),
        ({"ids": ["x", "y"], "metadata": 3}, "metadata come as a int"),
        ({"ids": ["x", "x"]}, "twice"),
        ({"ids": ["x", 3]}, "int"),
        ({"ids": ["x", "y"], "metadata": [{}, {"seen": {"in": "shop"}}]}, "flat"),
    ],
)
def test_unfit_ids_and_metadata_are_refused_before_a_photo_is_read(retriever, arguments, words):
    with pytest.raises(CatalogueError, match=words):
        retriever.add(["missing-1.png", "missing-2.png"], **arguments)
    assert len(retriever) == 4


@pytest.mark.parametrize("vectors", [[[1.0] * 8, [1.0]], 1.0, "abc", object(), np.full((1, 1, 8), 1.0), [[]]])
def test_vectors_that_are_none(retriever, vectors):
    with pytest.raises(CatalogueError):
        retriever.add(vectors=vectors, ids=["x"])
    with pytest.raises(CatalogueError):
        retriever.search(vector=vectors)
    with pytest.raises(CatalogueError):
        retriever.search(vectors=vectors)


def test_tensors_that_give_no_array(retriever):
    torch = pytest.importorskip("torch")
    for tensor in (
        torch.ones(8, requires_grad=True),
        torch.ones(8, dtype=torch.bfloat16),
        torch.ones(8, device="meta"),
    ):
        with pytest.raises(CatalogueError, match="the vectors are no array"):
            retriever.add(vectors=tensor, ids=["x"])
        with pytest.raises(CatalogueError, match="the vectors are no array"):
            retriever.search(vector=tensor)


def test_nothing_to_add_or_to_search_by_is_checked_all_the_same(retriever):
    assert retriever.add(vectors=[], ids=[]) == []
    assert retriever.search(vectors=[]) == []
    for nothing in ({"photo": []}, {"vectors": []}):
        with pytest.raises(CatalogueError, match="where"):
            retriever.search(**nothing, where=3)


def test_a_closed_retriever_can_still_be_shown(retriever):
    retriever.close()
    assert "closed" in repr(retriever)
    with pytest.raises(CatalogueError, match="closed"):
        retriever.search([])


@pytest.mark.parametrize(
    "candidates", ["shirt.png", None, 3, {"a": "shirt.png"}, {"shirt.png"}, np.zeros((4, 8, 8, 3))]
)
def test_candidates_are_a_list_or_a_retriever(scorer, photos, candidates):
    with pytest.raises(DataError, match="candidates is a single"):
        scorer.complete(photos[0], candidates)


@pytest.mark.parametrize("kind", [3, ["tops"], b"tops", True])
def test_a_kind_is_a_name(scorer, photos, retriever, kind):
    for candidates in (photos[:2], retriever):
        with pytest.raises(DataError, match="kind is"):
            scorer.complete(photos[0], candidates, kind=kind)


def test_a_kind_without_a_name_suits_nothing(scorer, photos, retriever):
    assert scorer.complete(photos[0], photos[:2], kind="") == []
    assert scorer.complete(photos[0], retriever, kind="") == []


@pytest.mark.parametrize("catalogue", ["catalogue", 3, []])
def test_ids_come_from_a_retriever(scorer, photos, catalogue):
    with pytest.raises(DataError, match="give an open Retriever"):
        scorer.score(["a", "b"], catalogue=catalogue)
    with pytest.raises(DataError, match="give an open Retriever"):
        scorer.complete(["a"], photos[:2], catalogue=catalogue)


def test_an_outfit_never_gets_its_own_items_however_often_its_folder_is_open(scorer, checkpoint, retriever):
    with Retriever.open(retriever.catalogue.folder, model=checkpoint) as again:
        found = scorer.complete(["a", "b"], again, catalogue=retriever)
    assert {suggestion.item for suggestion in found} == {"c", "d"}
