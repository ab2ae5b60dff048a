from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import traceback

import numpy as np
import pytest

from fashionkit.catalogue import Catalogue
from fashionkit.errors import CatalogueError

pytestmark = [
    pytest.mark.light,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
    # Python 3.12 and later warn of forks beside threads, which FAISS may have started.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]


# A child that hangs must not outlive the tests.
CHILD_SECONDS = 60


def in_child(work) -> None:
    """Runs `work` in a forked child and fails where it fails."""
    child = os.fork()
    if child == 0:
        signal.alarm(CHILD_SECONDS)
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def test_parent_and_child_go_on_with_the_same_catalogue(filled):
    def work():
        assert len(filled) == 4
        filled.add(["child"], [[-1.0, 0, 0]])
        filled.remove(["a"])
        assert filled.search([[-1.0, 0, 0]], 1)[0][0].id == "child"

    in_child(work)
    assert filled.search([[-1.0, 0, 0]], 1)[0][0].id == "child"
    assert list(filled.ids()) == ["b", "c", "child", "d"]


def test_nothing_is_lost_where_the_parent_closes_while_the_child_writes(filled, folder):
    closed, wrote = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(CHILD_SECONDS)
        try:
            filled.add(["before"], [[1.0, 0, 0]])
            os.write(wrote[1], b"x")
            os.read(closed[0], 1)
            # Without a lock of its own the child would now write to a journal that the parent has deleted.
            filled.add(["after"], [[1.0, 0, 0]])
        finally:
            os._exit(0)
    os.read(wrote[0], 1)
    assert "before" in filled
    filled.close()
    os.write(closed[1], b"x")
    os.waitpid(child, 0)
    with Catalogue.open(folder) as again:
        assert {"before", "after"} <= set(again.ids())


def test_a_fork_waits_for_the_work_of_other_threads(filled):
    stop = threading.Event()

    def work():
        number = 0
        while not stop.is_set():
            filled.add([f"thread-{number}"], [[1.0, 1, 1]])
            number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for turn in range(5):
            in_child(lambda turn=turn: filled.add([f"child-{turn}"], [[0, 0, 1.0]]))
    finally:
        stop.set()
        thread.join()
    assert [f"child-{turn}" in filled for turn in range(5)] == [True] * 5
    assert len(filled.search(np.eye(3), 10_000)[0]) == len(filled)


def test_a_closed_catalogue_stays_closed_in_the_child(filled):
    filled.close()

    def work():
        with pytest.raises(CatalogueError, match="is closed"):
            len(filled)

    in_child(work)


SEARCH_ON_BOTH_SIDES = """
import os, signal, sys
import numpy as np
from fashionkit.catalogue import Catalogue
catalogue = Catalogue.open(sys.argv[1], dimension=16, fingerprint="model", create=True)
draw = np.random.default_rng(0)
catalogue.add([str(place) for place in range(3000)], draw.normal(size=(3000, 16)))
queries = draw.normal(size=(8, 16))
found = catalogue.search(queries, 3)
child = os.fork()
if child == 0:
    signal.alarm(60)
    os._exit(0 if catalogue.search(queries, 3) == found else 1)
print(os.waitpid(child, 0)[1], catalogue.search(queries, 3) == found)
"""


def test_a_child_searches_although_the_parents_threads_are_gone(tmp_path):
    """In a process of its own: with a single OpenMP thread, as our tests may run, nothing could go wrong."""
    several = {**os.environ, "OMP_NUM_THREADS": "4"}
    command = [sys.executable, "-W", "ignore", "-c", SEARCH_ON_BOTH_SIDES, tmp_path]
    done = subprocess.run(command, env=several, capture_output=True, text=True, check=True)
    assert done.stdout == "0 True\n"
