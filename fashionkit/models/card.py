"""The model card: what a checkpoint is, in Markdown that people read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fashionkit.config import encode
from fashionkit.version import __version__

if TYPE_CHECKING:
    from fashionkit.models.fashion_model import FashionModel

NOT_RECORDED = "Nothing was recorded; pass `training=` to `FashionModel`."


def write_card(model: FashionModel) -> str:
    """The card of a model: its backbone, input, heads, and what was recorded of its training."""
    height, width = model.input.size
    weights = sum(weight.numel() for weight in model.parameters())
    heads = "\n".join(f"| {name} | {spec.kind} | {spec.width} |" for name, spec in model.specs.items())
    return f"""# A fashionkit model

Written by fashionkit {__version__}. Backbone `{model.backbone.name}`, {weights / 1e6:.1f} million weights in all.
Photos are brought to {height}×{width} px ({model.input.fit}, {model.input.interpolation}).

| head | kind | outputs |
|---|---|---|
{heads}

## Training data and figures

{_record(model.training_record)}
"""


def _record(training: dict[str, Any]) -> str:
    return f"```json\n{encode(training).decode()}```" if training else NOT_RECORDED
