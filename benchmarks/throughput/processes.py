"""What processes of their own measure: ways beside each other, and starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from fashionkit.models.source import DEFAULT, locate

WAYS = Path(__file__).parent / "ways"
# The name of a way, and of the environment that it runs in; "" is this one.
SIDES = {
    "ours": "",
    "timm_loop": "",
    "sentence_transformers_encode": "sentence-transformers",
    "open_metric_learning": "open-metric-learning",
    "fashion_clip_encode": "fashion-clip",
}
ROUNDS = 3
STARTS = 7


def side_by_side(folder: Path, size: int, threads: int, environments: Path | None) -> dict[str, Any]:
    """By way: photos a second, the median of three processes, all ways taking turns; or why it did not run."""
    pythons = {
        way: sys.executable if not name else str(environments / name / "bin" / "python") if environments else ""
        for way, name in SIDES.items()
    }
    found: dict[str, Any] = {way: [] for way in SIDES}
    for _ in range(ROUNDS):
        for way, python in pythons.items():
            if isinstance(found[way], list):
                found[way] = _with(found[way], _way(python, way, folder, size, threads))
    return {
        way: {"photos/s": median(each["rate"] for each in told), "model": told[0]["model"]}
        if isinstance(told, list)
        else told
        for way, told in found.items()
    }


def starts(photo: Path, threads: int) -> dict[str, float]:
    """Seconds of a process from its start to the first answer, and its memory in MiB; ours beside a bare script."""
    graph = str(locate(DEFAULT) / "graph.onnx")
    took: dict[str, list[tuple[float, float]]] = {"cold_ours": [], "cold_bare": []}
    for _ in range(STARTS):
        for way, told in took.items():
            began = time.perf_counter()
            ended = _run([sys.executable, str(WAYS / f"{way}.py"), str(photo), str(threads), graph])
            told.append((time.perf_counter() - began, float(ended.stdout)))
    return {
        f"{way}, {what}": median(each[place] for each in told)
        for way, told in took.items()
        for place, what in enumerate(("s", "MiB"))
    }


def _with(told: list[Any], more: Mapping[str, Any] | str) -> list[Any] | str:
    return more if isinstance(more, str) else [*told, more]


def _way(python: str, way: str, folder: Path, size: int, threads: int) -> Mapping[str, Any] | str:
    if not python or not Path(python).exists():
        return "not run: no environment for it"
    ended = _run([python, str(WAYS / f"{way}.py"), str(folder), str(size), str(threads)])
    if ended.returncode:
        return f"not run: {ended.stderr.strip().splitlines()[-1:]}"
    told: Mapping[str, Any] = json.loads(ended.stdout.strip().splitlines()[-1])
    return told


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    offline = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=offline)
