"""Several processes at once: readers see only what was committed as a whole, and no writer loses another's items."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.light

PAIRS = 60

# Adds pairs at once, removes every third again, and ends with a mark.
WRITE = """
import sys
import numpy as np
from fashionkit.catalogue import Catalogue

folder, name, pairs = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Catalogue.open(folder) as catalogue:
    for number in range(pairs):
        ids = [f"{name}-{number}-left", f"{name}-{number}-right"]
        catalogue.add([*ids, "shared"], [[1.0, number, 0], [1.0, 0, number], [0, 0, 1.0]], [{"by": name}] * 3)
        if number % 3 == 0:
            catalogue.remove(ids)
        if number % 20 == 19:
            catalogue.compact()
    catalogue.add([f"{name}-end"], [[0, 1.0, 0]])
"""

# Looks until the mark is there: every look is of one moment.
READ = """
import sys
from fashionkit.catalogue import Catalogue

seen, looks = 0, 0
with Catalogue.open(sys.argv[1]) as catalogue:
    print("ready", flush=True)
    while "writer-end" not in catalogue:
        (hits,) = catalogue.search([[1.0, 1.0, 1.0]], 10_000)
        ids = {hit.id for hit in hits}
        assert len(ids) == len(hits)
        for name in ids - {"shared", "writer-end"}:
            assert name.rsplit("-", 1)[0] + ("-right" if name.endswith("left") else "-left") in ids, name
        seen, looks = max(seen, len(ids)), looks + 1
print(looks, seen)
"""


def begun(code, *arguments):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process) -> str:
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    return out


def test_one_writes_and_many_read(catalogue, folder):
    readers = [begun(READ, folder) for _ in range(3)]
    assert [reader.stdout.readline() for reader in readers] == ["ready\n"] * 3
    ended(begun(WRITE, folder, "writer", PAIRS))
    looked = [[int(number) for number in ended(reader).split()] for reader in readers]
    assert max(looks for looks, _ in looked) > 0
    assert max(seen for _, seen in looked) > 0
    assert len(catalogue) == 2 * (PAIRS - PAIRS // 3) + 2
    assert catalogue.verify().sound


def test_two_write_at_once(catalogue, folder):
    for writer in [begun(WRITE, folder, name, PAIRS) for name in ("one", "two")]:
        ended(writer)
    assert len(catalogue) == 2 * 2 * (PAIRS - PAIRS // 3) + 3
    assert catalogue.metadata(["shared"])[0]["by"] in ("one", "two")
    assert len(catalogue.search([[1.0, 0, 0]], 10_000)[0]) == len(catalogue)
    assert catalogue.verify().sound
