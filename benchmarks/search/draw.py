"""Recall against queries a second, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

COLOURS = ("#c2683d", "#3b6ea5", "#5b8c5a")


def draw(found: Mapping[str, Any], path: Path) -> None:
    """One panel a kind of index, one line a side; written as SVG."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    kinds = {kind: told["curves"] for kind, told in found["kinds"].items() if "curves" in told}
    if not kinds:
        return
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "fashionkit", "font.family": "sans-serif"}):
        figure, axes = plt.subplots(1, len(kinds), figsize=(5.2 * len(kinds), 3.8), squeeze=False)
        for axis, (kind, curves) in zip(axes[0], kinds.items(), strict=True):
            for colour, (side, points) in zip(COLOURS, curves.items(), strict=False):
                axis.plot(*zip(*points, strict=True), marker="o", markersize=4, color=colour, label=side)
            axis.set(title=f"{kind}, {found['rows']:,} vectors", xlabel="recall@10", ylabel="queries a second")
            axis.set_yscale("log")
            axis.grid(visible=True, which="both", alpha=0.25)
            axis.legend(frameon=False)
        figure.tight_layout()
        figure.savefig(path, metadata={"Date": None})
        plt.close(figure)
