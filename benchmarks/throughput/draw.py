"""Photos a second of all ways, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.throughput.page import NAMES

OURS, THEIRS, LIMIT = "#c2683d", "#8a9bb0", "#d9d4c7"


def draw(found: Mapping[str, Any], path: Path) -> None:
    """One panel a size of photos, one bar a way; written as SVG."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "fashionkit", "font.family": "sans-serif"}):
        figure, axes = plt.subplots(len(found["photos"]), 1, figsize=(7.5, 2.6 * len(found["photos"])), squeeze=False)
        for axis, (size, each) in zip(axes[:, 0], found["photos"].items(), strict=True):
            rates = {
                NAMES[way]: told["photos/s"] for way, told in each["end to end"].items() if not isinstance(told, str)
            }
            bars = {"the bound": each["bound, photos/s"], **rates}
            colours = [LIMIT, OURS, *[THEIRS] * (len(bars) - 2)]
            drawn = axis.barh(list(bars), list(bars.values()), color=colours)
            axis.bar_label(drawn, fmt="%.0f", padding=3)
            axis.invert_yaxis()
            axis.set(title=f"photos a second, JPEG files of {size}")
            axis.spines[["top", "right"]].set_visible(False)
            axis.margins(x=0.12)
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
