"""Training: labelled photos and a recipe in, a better model out.

`recipe` needs no torch; everything else does, and is imported when one of its names is asked for. The room may import
`models`, `heads`, `datasets`, `images`, `taxonomy`, `config`, `metrics`, `losses` and `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fashionkit.late import imported_late
from fashionkit.training.recipe import HeadLoss, Mixing, Optimiser, Outfits, Phase, Recipe, Stopping

if TYPE_CHECKING:
    from fashionkit.training.calibration import calibrate
    from fashionkit.training.specs import only_known, specs_for
    from fashionkit.training.trainer import fit
    from fashionkit.training.validate import validation

__all__ = [
    "HeadLoss",
    "Mixing",
    "Optimiser",
    "Outfits",
    "Phase",
    "Recipe",
    "Stopping",
    "calibrate",
    "fit",
    "only_known",
    "specs_for",
    "validation",
]

_WHERE = {
    "calibrate": "fashionkit.training.calibration",
    "fit": "fashionkit.training.trainer",
    "only_known": "fashionkit.training.specs",
    "specs_for": "fashionkit.training.specs",
    "validation": "fashionkit.training.validate",
}


def __getattr__(name: str) -> Any:
    return imported_late(__name__, _WHERE, name)
