"""A process that changes a catalogue is killed at random moments: what it had confirmed is there, and only that."""

from __future__ import annotations

import itertools
import os
import random
import signal
import time
import traceback
from collections import Counter

import pytest
from catalogue_history import DIMENSION, KINDS, State, held, steps

from fashionkit.catalogue import Catalogue, IndexSettings, live
from fashionkit.catalogue.index import plan

pytestmark = [
    pytest.mark.light,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
    # Python 3.12 and later warn of forks beside threads, which FAISS may have started.
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]

# A child that hangs must not outlive the tests.
CHILD_SECONDS = 60
# Longer than a small step takes: so a kill strikes within one, or soon after.
WITHIN_A_STEP = 0.004


def killed(work, strikes, seconds: float) -> list[list[str]]:
    """Runs `work(say)` in a child, kills it `seconds` after it said what strikes, and gives all that it had said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(CHILD_SECONDS)
        try:
            # One write a line: said as soon as it returns, whatever happens next.
            work(lambda *words: os.write(theirs, (" ".join(map(str, words)) + "\n").encode()))
        except BaseException:
            traceback.print_exc()
        os._exit(1)
    os.close(theirs)
    said: list[list[str]] = []
    with os.fdopen(ours) as lines:
        for line in lines:
            said.append(line.split())
            if strikes(said[-1]):
                break
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
        said += [line.split() for line in lines]
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    return said


def killed_in_turn(folder, turn: int, chance: random.Random, index: IndexSettings) -> list[list[str]]:
    """One writer that is killed: by turns at any moment, or just after it began a step of each kind."""

    def work(say):
        catalogue = Catalogue.open(folder, index=index)
        say("ready")
        for step in steps(turn):
            say("begun", step.kind)
            catalogue = step.perform(catalogue, index)
            say("done", step.kind)

    aimed_at = KINDS[turn // 2 % len(KINDS)]
    passed = chance.randrange(3)
    count = itertools.count()
    if turn % 2:
        return killed(work, lambda words: words == ["ready"], chance.uniform(0, 0.08))
    return killed(
        work,
        lambda words: words == ["begun", aimed_at] and next(count) == passed,
        chance.uniform(0, WITHIN_A_STEP),
    )


@pytest.fixture
def of_few_rows(monkeypatch):
    """An index is trained on a handful of rows, so that short histories have snapshots of one."""
    for module in (plan, live):
        monkeypatch.setattr(module, "FEWEST_ROWS", 4)


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
@pytest.mark.parametrize("kills", [10, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("of_few_rows")
def test_what_was_confirmed_survives_a_kill(folder, kills, kind):
    index = IndexSettings(kind)
    chance = random.Random(kills)  # noqa: S311
    Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True).close()
    state: State = {}
    confirmed, interrupted, made_it, searched = Counter(), Counter(), Counter(), Counter()
    for turn in range(kills):
        said = killed_in_turn(folder, turn, chance, index)
        done = sum(words[0] == "done" for words in said)
        history = steps(turn)
        for step in itertools.islice(history, done):
            confirmed[step.what(state)] += 1
            state = step.after(state)
        allowed = [state]
        if said[-1][0] == "begun":
            step = next(history)
            interrupted[step.what(state)] += 1
            # The step that was begun is there wholly, or not at all.
            allowed.append(step.after(state))
        with Catalogue.open(folder, index=index) as catalogue:
            there = held(catalogue)
            searched[catalogue.index_info().kind] += 1
        assert there in allowed
        made_it[there == state] += 1
        state = there
    every = {*KINDS, "upsert"}
    assert confirmed.keys() == every
    assert sum(interrupted.values()) > 0
    assert searched[kind] > 0
    if kills > 100:
        assert interrupted.keys() == every
        # Some of the interrupted steps were durable already, others were undone.
        assert made_it.keys() == {True, False}


@pytest.mark.parametrize("kills", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_a_kill_while_it_is_made_leaves_nothing_or_a_catalogue(tmp_path, kills):
    chance = random.Random(kills)  # noqa: S311
    outcomes = Counter()
    for turn in range(kills):
        folder = tmp_path / str(turn)

        def work(say, folder=folder):
            say("begun")
            Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True)
            say("done")
            time.sleep(CHILD_SECONDS)

        # By turns while it is made, wherever that has come to by then, and just after it said that it was.
        moment = "done" if turn % 4 == 3 else "begun"
        said = killed(work, [moment].__eq__, chance.uniform(0, 2 * WITHIN_A_STEP) if turn else 0)
        with Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True) as catalogue:
            outcomes[said[-1][0]] += 1
            assert not (catalogue.created and said[-1] == ["done"])
            for step in itertools.islice(steps(turn), 4):
                if step.kind != "reopen":
                    step.perform(catalogue, IndexSettings())
            held(catalogue)
    assert outcomes["begun"] > 0
    assert outcomes["done"] > 0
