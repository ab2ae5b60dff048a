"""Models: a backbone and its heads, and the checkpoint folder that carries them.

`checkpoint`, `wiring`, `source` and `hub` need no torch: what answers reads a checkpoint with them. `backbone`,
`fashion_model`, `weights`, `graph` and `save` are for those who train, and are imported when one of their names is
asked for. The room may import `heads`, `images`, `config` and `errors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fashionkit.late import imported_late
from fashionkit.models.checkpoint import Checkpoint, CheckpointConfig
from fashionkit.models.source import locate

if TYPE_CHECKING:
    from fashionkit.models.backbone import Backbone
    from fashionkit.models.check import check_backbone
    from fashionkit.models.fashion_model import FashionModel
    from fashionkit.models.weights import load_weights

__all__ = ["Backbone", "Checkpoint", "CheckpointConfig", "FashionModel", "check_backbone", "load_weights", "locate"]

_WITH_TORCH = {
    "Backbone": "fashionkit.models.backbone",
    "FashionModel": "fashionkit.models.fashion_model",
    "check_backbone": "fashionkit.models.check",
    "load_weights": "fashionkit.models.weights",
}


def __getattr__(name: str) -> Any:
    return imported_late(__name__, _WITH_TORCH, name)
