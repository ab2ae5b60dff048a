"""Training: labelled photos and a recipe in, a better model out.

`recipe` needs no torch; everything else does, and is imported when one of its names is asked for. The room may import
`models`, `heads`, `datasets`, `images`, `taxonomy`, `config`, `metrics`, `losses` and `errors`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fashionkit.errors import ModelError
from fashionkit.training.recipe import HeadLoss, Mixing, Optimiser, Phase, Recipe, Stopping

if TYPE_CHECKING:
    from fashionkit.training.specs import only_known, specs_for
    from fashionkit.training.trainer import fit
    from fashionkit.training.validate import validation

__all__ = [
    "HeadLoss",
    "Mixing",
    "Optimiser",
    "Phase",
    "Recipe",
    "Stopping",
    "fit",
    "only_known",
    "specs_for",
    "validation",
]

_WHERE = {
    "fit": "fashionkit.training.trainer",
    "only_known": "fashionkit.training.specs",
    "specs_for": "fashionkit.training.specs",
    "validation": "fashionkit.training.validate",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(_WHERE[name]), name)
    except ModuleNotFoundError as error:
        if error.name not in {"torch", "timm", "torchvision"}:
            raise
        raise ModelError(
            f"{name} needs {error.name}, which is not installed; pip install 'fashionkit[train]'"
        ) from error
