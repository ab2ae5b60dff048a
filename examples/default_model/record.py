"""What the checkpoint keeps of its data and figures, for its card."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from labels import HERE
from measure import rows_by_wearer, rows_of, rows_of_mistakes

from fashionkit import Report


def record(photos: Mapping[str, int], reports: Sequence[Report], method: str, protocol: str) -> dict[str, Any]:
    """The words of `provenance.toml`, with numbers of photos and all figures.

    Args:
        photos: How many were learned from, by set.
        reports: Of each set.
        method: Which of the methods there.
        protocol: Which of the protocols there.
    """
    said = tomllib.loads((HERE / "provenance.toml").read_text("utf-8"))
    return {
        "use": said["use"],
        "method": said["methods"][method] + said["protocols"][protocol],
        "data": [{**row, "photos of train": f"{photos[row['set']]:,}"} for row in said["data"]],
        "limits": said["limits"],
        "figures": rows_of({name: figure for report in reports for name, figure in report.figures.items()}),
        "how to read the figures": said["reading"],
        "what it takes for something else": rows_of_mistakes(reports),
        "garments by wearer": rows_by_wearer(reports),
    }
