"""Files of an index that a stranger made, with hashes that agree: FAISS must refuse them, not end the process."""

from __future__ import annotations

import hashlib
import subprocess
import sys

import numpy as np
import pytest
from rows_in_memory import ArrayRows, clustered

from fashionkit.catalogue import snapshot
from fashionkit.catalogue.index import IndexSettings
from fashionkit.catalogue.index.build import build
from fashionkit.catalogue.index.plan import plan
from fashionkit.catalogue.snapshot import KEYS, MANIFEST, Manifest, read_snapshot, write_snapshot

pytestmark = pytest.mark.light
ROWS, DIMENSION, CASES = 1_500, 24, 300

READ = """
import sys
import numpy as np
from fashionkit.catalogue import snapshot

data = np.fromfile(sys.argv[1], np.uint8)
draw = np.random.default_rng(int(sys.argv[2]))
numbers = [2**63 - 1, 2**62, 2**40, 2**31, -1, 0]
refused = 0
for case in range(int(sys.argv[3])):
    harmed = data.copy()
    # Most often in what says how much there is, which stands first.
    reach = 400 if draw.random() < 0.7 else len(data) - 8
    place = int(draw.integers(reach))
    how = draw.integers(4)
    if how == 0:
        harmed[place] ^= 1 << draw.integers(8)
    elif how == 1:
        harmed = harmed[: draw.integers(len(harmed))]
    elif how == 2:
        harmed[place : place + 8] = draw.integers(256, size=8)
    else:
        number = int(draw.choice(numbers)).to_bytes(8, "little", signed=True)
        harmed[place : place + 8] = np.frombuffer(number, np.uint8)
    try:
        snapshot._index(harmed)
    except (RuntimeError, MemoryError, ValueError):
        refused += 1
print(refused)
"""


def trained(kind):
    rows = ArrayRows(np.arange(1, ROWS + 1), clustered(ROWS))
    return build(plan(IndexSettings(kind), ROWS, DIMENSION), rows, 0.9)


@pytest.mark.parametrize("kind", ["hnsw", "ivf"])
def test_an_index_of_a_stranger_does_not_end_the_process(tmp_path, kind):
    import faiss

    faiss.write_index(trained(kind).index, str(tmp_path / "index"))
    command = [sys.executable, "-c", READ, tmp_path / "index", "7", str(CASES)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert CASES // 10 < int(ran.stdout) < CASES


def kept(folder, **said):
    """A snapshot of two rows, whose manifest says something else."""
    write = {
        "vectors.f32": lambda path: path.write_bytes(np.eye(2, dtype="<f4").tobytes()),
        KEYS: lambda path: path.write_bytes(np.array(said.pop("keys", [3, 5]), "<i8").tobytes()),
    }
    described = {"fingerprint": "f", "dimension": 2, "rows": 2, "made": "x", **said}
    described.pop("keys", None)
    return write_snapshot(folder, write, lambda files: Manifest(files=files, **described))


def test_a_snapshot_that_is_right_is_read(tmp_path):
    read = read_snapshot(tmp_path, kept(tmp_path), "f", 2)
    assert read.keys.tolist() == [3, 5]
    assert read.vectors.tolist() == np.eye(2).tolist()


@pytest.mark.parametrize(
    "said",
    [
        {"rows": 3},
        {"rows": 10**15},
        {"rows": -1},
        {"dimension": 2**40},
        {"keys": [5, 3]},
        {"keys": [3, 3]},
        {"keys": [-1, 3]},
        {"keys": [3]},
        {"fingerprint": "another"},
        {"factory": "HNSW32,Flat"},
        {"kind": "tree"},
    ],
)
def test_a_manifest_that_says_something_else_is_not_believed(tmp_path, said):
    name = kept(tmp_path, **said)
    dimension = said.get("dimension", 2)
    assert read_snapshot(tmp_path, name, "f", dimension) is None


def test_files_outside_of_the_snapshot_are_not_read(tmp_path, monkeypatch):
    (tmp_path / "vectors.f32").write_bytes(np.eye(2, dtype="<f4").tobytes())
    manifest = tmp_path / "index" / kept(tmp_path) / MANIFEST
    said = manifest.read_bytes().replace(b'"vectors.f32"', b'"../../vectors.f32"')
    # Its name is that of what it says, as a stranger would see to.
    name = hashlib.sha256(said).hexdigest()
    manifest.parent.rename(tmp_path / "index" / name)
    (tmp_path / "index" / name / MANIFEST).write_bytes(said)
    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_checked", lambda *_: pytest.fail("a file was read"))
        assert read_snapshot(tmp_path, name, "f", 2) is None
