"""What the checkpoint keeps of its data and figures, for its card."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any

from labels import HERE
from measure import to_row

from fashionkit.evaluation import Figure


def record(photos: Mapping[str, int], figures: Mapping[str, Figure], method: str) -> dict[str, Any]:
    """The words of `provenance.toml`, with numbers of photos and all figures.

    Args:
        photos: How many were learned from, by set.
        figures: By name.
        method: Which of the methods there.
    """
    said = tomllib.loads((HERE / "provenance.toml").read_text("utf-8"))
    return {
        "use": said["use"],
        "method": said["methods"][method],
        "data": [{**row, "photos of train": f"{photos[row['set']]:,}"} for row in said["data"]],
        "limits": said["limits"],
        "figures": [to_row(name, figure) for name, figure in figures.items()],
        "how to read the figures": said["reading"],
    }
