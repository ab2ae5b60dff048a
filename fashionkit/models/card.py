"""The model card: what a checkpoint is, in Markdown that people read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fashionkit.config import encode
from fashionkit.version import __version__

if TYPE_CHECKING:
    from fashionkit.models.fashion_model import FashionModel

NOT_RECORDED = "## Training\n\nNothing was recorded; pass `training=` to `FashionModel`."


def write_card(model: FashionModel) -> str:
    """The card of a model: its backbone, input, heads, and what was recorded of its training.

    Each entry of the record becomes a section: a text a paragraph, a list of texts a list, a list of dicts with the
    same keys a table, and a dict a list of what it holds; anything else stands there as JSON.
    """
    height, width = model.input.size
    weights = sum(weight.numel() for weight in model.parameters())
    heads = "\n".join(f"| {name} | {spec.kind} | {spec.width} |" for name, spec in model.specs.items())
    sections = "\n\n".join(f"## {_heading(key)}\n\n{_section(value)}" for key, value in model.training_record.items())
    return f"""# A fashionkit model

Written by fashionkit {__version__}. Backbone `{model.backbone.name}`, {weights / 1e6:.1f} million weights in all.
Photos are brought to {height}×{width} px ({model.input.fit}, {model.input.interpolation}).

| head | kind | outputs |
|---|---|---|
{heads}

{sections or NOT_RECORDED}
"""


def _heading(key: str) -> str:
    return key[:1].upper() + key[1:]


def _section(value: Any) -> str:
    if _is_plain(value):
        return str(value)
    if _is_list(value) and value and all(_is_plain(entry) for entry in value):
        return "\n".join(f"- {entry}" for entry in value)
    if isinstance(value, Mapping) and value and all(_is_plain(entry) for entry in value.values()):
        return "\n".join(f"- {key}: {entry}" for key, entry in value.items())
    if _is_list(value) and _is_table(value):
        columns = list(value[0])
        lines = [columns, ["---"] * len(columns), *([row[column] for column in columns] for row in value)]
        return "\n".join(f"| {' | '.join(_cell(entry) for entry in line)} |" for line in lines)
    return f"```json\n{encode(value).decode()}```"


def _is_table(rows: Sequence[Any]) -> bool:
    first = rows[0] if rows else None
    return isinstance(first, Mapping) and all(
        isinstance(row, Mapping) and list(row) == list(first) and all(map(_is_plain, row.values())) for row in rows
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
