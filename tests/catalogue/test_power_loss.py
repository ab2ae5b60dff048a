"""The power fails: what was synced is on the disk, of the rest anything or nothing; what was confirmed is there.

A kill does not test this, as the system still writes what a killed process wrote. Here the calls that reach the disk
are recorded (`record_disk.c`, preloaded), and the folder is made anew as it could be after a loss of power at any of
them. A write counts as done when its file was synced afterwards, a name when its folder was. Of what was not synced,
nothing is there, or a part by chance: any of the writes, the last of them up to a sector, and the first of the changed
names. Not covered are disks that lie about a sync, sectors that are half written, and systems other than Linux.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from catalogue_history import DIMENSION, State, held, steps

from fashionkit.catalogue import Catalogue

COMPILER = shutil.which("cc") or shutil.which("gcc")
pytestmark = [
    pytest.mark.light,
    pytest.mark.skipif(sys.platform != "linux", reason="calls are recorded by a preloaded library, as Linux can"),
    pytest.mark.skipif(COMPILER is None, reason="no C compiler, which what records the calls needs"),
]

STEPS = 40
TURN = 5
SECTOR = 512

# Says in the same log what it begins and what it has confirmed.
WORK = """
import itertools, os, sys
from catalogue_history import DIMENSION, steps
from fashionkit.catalogue import Catalogue, IndexSettings, live
from fashionkit.catalogue.index import plan

# So that a handful of rows is enough to train an index on.
plan.FEWEST_ROWS = live.FEWEST_ROWS = 4
index = IndexSettings(sys.argv[4])
log = os.open(os.environ["RECORD_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
catalogue = Catalogue.open(os.environ["RECORD_FOLDER"], dimension=DIMENSION, fingerprint="f", create=True, index=index)
if sys.argv[1] == "unsafe":
    catalogue._store._connection.execute("PRAGMA synchronous = OFF")
for step in itertools.islice(steps(int(sys.argv[3])), int(sys.argv[2])):
    if sys.argv[1] == "unsafe" and step.kind == "reopen":
        continue
    os.write(log, b"begun - 0 \\n")
    catalogue = step.perform(catalogue, index)
    os.write(log, b"done - 0 \\n")
"""


@dataclass
class File:
    """What is on the disk for certain, and what was asked for since: (offset, bytes), or (length, None) to cut it."""

    synced: bytes = b""
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def sync(self) -> None:
        self.synced = written(self.synced, self.waiting)
        self.waiting = []

    def left(self, chance: random.Random | None) -> bytes:
        """What a loss of power leaves: nothing that was not synced, or some of it."""
        some = [] if chance is None else [each for each in self.waiting if chance.random() < 0.5]
        if chance is not None and some and some[-1][1]:
            offset, content = some[-1]
            some[-1] = offset, content[: chance.randrange(len(content) // SECTOR + 1) * SECTOR]
        return written(self.synced, some)


@dataclass
class Disk:
    """A folder, replayed from the calls; `names` as programs see it, `synced` as it is there for certain."""

    names: dict[str, File] = field(default_factory=dict)
    synced: dict[str, File | None] = field(default_factory=dict)
    # What is not there for certain: in which folder a name came or went, the name, and the file or None.
    changes: list[tuple[str, str, File | None]] = field(default_factory=list)

    def replay(self, what: str, name: str, number: int, content: bytes) -> None:
        if what == "create":
            self.put(folder_of(name), name, File())
        elif what == "remove":
            self.put(folder_of(name), name, None)
        elif what == "rename":
            for old in [each for each in self.names if each == name or each.startswith(f"{name}/")]:
                file = self.names[old]
                self.put(folder_of(name), old, None)
                self.put(folder_of(name), content.decode() + old.removeprefix(name), file)
        elif what == "write":
            self.names[name].waiting.append((number, content))
        elif what == "truncate":
            self.names[name].waiting.append((number, None))
        elif name in self.names:
            self.names[name].sync()
        else:
            self.synced.update({each: file for folder, each, file in self.changes if folder == name})
            self.changes = [change for change in self.changes if change[0] != name]

    def put(self, folder: str, name: str, file: File | None) -> None:
        self.changes.append((folder, name, file))
        if file is None:
            del self.names[name]
        else:
            self.names[name] = file

    def unsynced(self) -> int:
        return len(self.changes) + sum(len(file.waiting) for file in self.names.values())

    def lose_power(self, folder: Path, chance: random.Random | None) -> None:
        """Makes the folder as it is afterwards."""
        folder.mkdir()
        there: dict[str, File | None] = dict(self.synced)
        happened = self.changes[: 0 if chance is None else chance.randint(0, len(self.changes))]
        there.update({name: file for _, name, file in happened})
        for name, file in there.items():
            if file is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(file.left(chance))


def folder_of(name: str) -> str:
    return name.rpartition("/")[0] or "."


def written(content: bytes, changes: list[tuple[int, bytes | None]]) -> bytes:
    """The content after writes and cuts, in order; what was never written is zero."""
    now = bytearray(content)
    for number, part in changes:
        reach = number + len(part or b"")
        now.extend(bytes(max(0, reach - len(now))))
        if part is None:
            del now[number:]
        else:
            now[number:reach] = part
    return bytes(now)


@pytest.fixture(scope="module")
def recorder(tmp_path_factory):
    library = tmp_path_factory.mktemp("recorder") / "record_disk.so"
    source = Path(__file__).with_name("record_disk.c")
    subprocess.run([COMPILER, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


@pytest.fixture
def calls(recorder, tmp_path):
    """Runs steps on a new catalogue, and gives the calls that reached the disk, and the marks between them."""

    def run(mode: str, count: int, turn: int, kind: str = "flat") -> Iterator[tuple[str, str, int, bytes]]:
        log, folder = tmp_path / f"{turn}.log", tmp_path / f"{turn}"
        folder.mkdir()
        recording = {"LD_PRELOAD": str(recorder), "RECORD_LOG": str(log), "RECORD_FOLDER": str(folder)}
        found = {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])}
        command = [sys.executable, "-c", WORK, mode, str(count), str(turn), kind]
        subprocess.run(command, env={**os.environ, **recording, **found}, check=True)
        for line in log.read_text().splitlines():
            what, name, number, *content = line.split(" ")
            # Shared memory, never on the disk: whoever opens the file next makes it anew.
            if not name.endswith("-shm"):
                yield what, name, int(number), bytes.fromhex("".join(content))

    return run


def found_after(folder: Path, kind: str = "flat") -> State | None:
    """What a catalogue holds after a loss of power; None where it was not yet there."""
    try:
        with Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True, index=kind) as catalogue:
            return None if catalogue.created else held(catalogue)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["flat", "hnsw"])
@pytest.mark.parametrize(
    ("histories", "every"), [(1, 15), pytest.param(6, 1, marks=[pytest.mark.slow, pytest.mark.timeout(1800)])]
)
def test_what_was_confirmed_survives_a_loss_of_power(calls, tmp_path, histories, every, kind):
    chance = random.Random(every)  # noqa: S311 - to repeat, not to hide
    counts = Counter()
    for turn in range(TURN, TURN + histories):
        disk, state, begun = Disk(), {}, False
        history = steps(turn)
        step = next(history)
        for number, (what, name, offset, content) in enumerate(calls("safe", STEPS, turn, kind)):
            counts[what] += 1
            counts["of an index"] += name.endswith("index.faiss")
            if what == "begun":
                begun = True
            elif what == "done":
                counts[step.what(state)] += 1
                state, step, begun = step.after(state), next(history), False
            else:
                disk.replay(what, name, offset, content)
            if number % every and what != "done":
                continue
            for luck in (None, chance):
                disk.lose_power(tmp_path / "after", luck)
                there = found_after(tmp_path / "after", kind)
                allowed = [state, step.after(state)] if begun else [state]
                assert there in allowed or (there is None and not state), (turn, number, luck)
                counts["losses"] += 1
                counts["with something unsynced"] += disk.unsynced() > 0
                counts["within a step"] += begun
    for what in ("write", "sync", "create", "rename", "add", "upsert", "remove", "compact", "reopen", "snapshot"):
        assert counts[what] > 0, what
    for what in ("losses", "with something unsynced", "within a step"):
        assert counts[what] > 0, what
    assert (counts["of an index"] > 0) == (kind == "hnsw")


def test_without_syncing_the_same_test_finds_what_is_lost(calls, tmp_path):
    disk, state, lost = Disk(), {}, 0
    history = (step for step in steps(TURN) if step.kind != "reopen")
    for what, name, offset, content in calls("unsafe", STEPS // 2, TURN):
        if what == "done":
            state = next(history).after(state)
            disk.lose_power(tmp_path / "after", None)
            lost += found_after(tmp_path / "after") != state
        elif what != "begun":
            disk.replay(what, name, offset, content)
    assert lost > 0
