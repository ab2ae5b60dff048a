"""A model and a search in one process: whether the thread pools of either slow the other down."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from benchmarks.search.kinds import BATCH, K
from benchmarks.search.stores import catalogue_folder
from benchmarks.search.timing import in_turns
from benchmarks.search.vectors import Workload
from fashionkit import Analyzer
from fashionkit.catalogue import Catalogue

ENGINES = ("onnx", "openvino")
PHOTOS = 8


def together(work: Workload, folder: Path) -> dict[str, float]:
    """For each engine: how much longer a forward pass and a search take where they take turns; 1 is no longer."""
    draw = np.random.default_rng(0)
    photos = list(draw.integers(256, size=(PHOTOS, 224, 224, 3), dtype=np.uint8))
    found: dict[str, float] = {}
    with Catalogue.open(catalogue_folder(folder), index="flat") as catalogue:

        def search() -> object:
            return catalogue.search(work.queries[:BATCH], K)

        alone = in_turns({"search": search})["search"]
        for name in ENGINES:
            analyzer = Analyzer.load(engine=name)

            def look(analyzer: Analyzer = analyzer) -> object:
                return analyzer.analyze(photos)

            by_itself = in_turns({"look": look})["look"]
            mixed = in_turns({"look": look, "search": search})
            found[f"{name}, a pass beside searches"] = mixed["look"] / by_itself
            found[f"a search beside {name}"] = mixed["search"] / alone
    return found
