"""A process that adds is killed at random moments: what it had confirmed is there, whole and searchable."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading

import numpy as np
import pytest

from fashionkit.catalogue import Catalogue

pytestmark = [
    pytest.mark.light,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL on this system"),
]

KILLS = 10
DIMENSION = 16

# Adds pairs of items forever, removes every second pair again, and says what is done after it is done.
WRITER = """
import sys
import numpy as np
from fashionkit.catalogue import Catalogue

catalogue = Catalogue.open(sys.argv[1])
turn, number = sys.argv[2], 0
print("ready", flush=True)
while True:
    ids = [f"{turn}-{number}-left", f"{turn}-{number}-right"]
    seed = [int(turn), number]
    catalogue.add(ids, np.random.default_rng(seed).standard_normal((2, 16)), [{"number": number}] * 2)
    print("added", *ids, flush=True)
    if number % 2:
        catalogue.remove(ids)
        print("removed", *ids, flush=True)
    number += 1
"""


def killed_while_writing(folder, turn: int, seconds: float) -> list[list[str]]:
    """The words of every confirmed line of a writer that is killed after so long."""
    command = [sys.executable, "-c", WRITER, str(folder), str(turn)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout.readline() == "ready\n"
        timer = threading.Timer(seconds, writer.kill)
        timer.start()
        # A line that the kill cut off was not confirmed.
        lines = [line.split() for line in writer.stdout if line.endswith("\n")]
        timer.join()
    assert writer.returncode == -signal.SIGKILL
    return lines


def test_what_was_confirmed_survives_a_kill(folder):
    moments = random.Random(7)  # noqa: S311
    Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True).close()
    there: set[str] = set()
    gone: set[str] = set()
    confirmed = 0
    for turn in range(KILLS):
        for word, *ids in killed_while_writing(folder, turn, moments.uniform(0.01, 0.2)):
            confirmed += 1
            (there.update if word == "added" else there.difference_update)(ids)
            if word == "removed":
                gone.update(ids)
        with Catalogue.open(folder) as catalogue:
            stored = set(catalogue.ids())
            # A pair is added at once: never half of one. The last pair may be added or removed, and not yet confirmed.
            assert all(name.replace("left", "right") in stored for name in stored if name.endswith("left"))
            unconfirmed = {name.rsplit("-", 1)[0] for name in (stored ^ there)}
            assert len(unconfirmed) <= 1
            assert not stored & gone
            there = stored
            for name in sorted(stored):
                left_right = name.endswith("right")
                seed = [int(part) for part in name.split("-")[:2]]
                row = np.random.default_rng(seed).standard_normal((2, DIMENSION))[int(left_right)]
                best = catalogue.search(row[None], 1)[0][0]
                assert (best.id, best.metadata) == (name, {"number": seed[1]})
            assert len(catalogue) == len(stored)
    assert confirmed > 2 * KILLS
    assert there
    assert gone
