"""No file may grow beyond a size, as on a full disk: what does not fit is refused, and nothing confirmed is lost."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from fashionkit.catalogue import Catalogue

pytest.importorskip("resource", reason="no limits of file sizes on this system")
pytestmark = pytest.mark.light

# The limit holds for the process, so it is one of its own. What it confirms, it prints.
FILL = """
import json, resource, sys
import numpy as np
from fashionkit.catalogue import Catalogue
from fashionkit.errors import CatalogueError

folder, limit, step = sys.argv[1], int(sys.argv[2]), sys.argv[3]
draw = np.random.default_rng(0)
catalogue = Catalogue.open(folder, dimension=128, fingerprint="f", create=True)
catalogue.add(["first"], draw.standard_normal((1, 128)))
confirmed, said, number = ["first"], [], 0
if step == "compact":
    catalogue.add([f"{place}" for place in range(600)], draw.standard_normal((600, 128)))
    confirmed += [f"{place}" for place in range(600)]
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
while not said:
    try:
        if step == "compact":
            catalogue.compact()
            break
        ids = [f"{number}-{place}" for place in range(7)]
        catalogue.add(ids, draw.standard_normal((7, 128)))
        confirmed += ids
        number += 1
    except CatalogueError as error:
        said.append(str(error))
there = sorted(catalogue.ids())
found = catalogue.search(catalogue.vectors(confirmed), 1)
sound = there == sorted(confirmed) and [hits[0].id for hits in found] == confirmed
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
catalogue.add(["last"], draw.standard_normal((1, 128)))
print(json.dumps({"confirmed": [*confirmed, "last"], "said": said, "sound": sound}))
"""


@pytest.mark.parametrize(
    ("limit", "step"),
    [(200_000, "add"), (500_000, "add"), (1_000_000, "add"), (100_000, "compact"), (300_000, "compact")],
)
def test_what_does_not_fit_is_refused_and_what_was_confirmed_stays(folder, limit, step):
    command = [sys.executable, "-c", FILL, str(folder), str(limit), step]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["sound"]
    (line,) = told["said"]
    assert "catalogue.sqlite: " in line
    assert "full" in line or "no room left" in line
    assert len(told["confirmed"]) > (600 if step == "compact" else limit // 30_000)
    with Catalogue.open(folder) as catalogue:
        assert sorted(catalogue.ids()) == sorted(told["confirmed"])
        assert catalogue.verify().sound
        assert len(catalogue.search(catalogue.vectors(["last"]), 10_000)[0]) == len(told["confirmed"])
