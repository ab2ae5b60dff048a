"""What an exported file says of itself: one JSON document, by which it can be used without fashionkit."""

from __future__ import annotations

import json
from typing import Any

from fashionkit.heads import HeadSpec, encode_spec
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.spec import EmbeddingSpec
from fashionkit.heads.outfit.spec import OutfitSpec
from fashionkit.images import InputRule
from fashionkit.images.fit import WHITE
from fashionkit.models import Checkpoint
from fashionkit.models.checkpoint import PHOTOS
from fashionkit.version import __version__

KEY = "fashionkit"
"""Under this name the document stands in the file."""

VERSION = 1
"""Of the document; a change that a reader has to know of raises it."""

_RESIZED = {
    "squash": "resize to the size, whatever the aspect ratio",
    "crop": "cut the largest centred part of the size's aspect ratio, and resize that",
    "pad": "resize the whole photo to fit within, and centre it on the fill",
}
_SOFTMAX = "softmax(output / temperature)"
_SIGMOID = "sigmoid(output / temperature)"
# What shapes the layers and changes nothing in how an output is read.
_OF_LAYERS = ("hidden", "layers", "heads")


def describe(checkpoint: Checkpoint, stage: str = PHOTOS) -> dict[str, Any]:
    """All that one needs to use a graph: what goes in, what comes out, and how that is read.

    Args:
        checkpoint: The model.
        stage: `photos`, or the name of a set head.

    Returns:
        What JSON can hold; `docs/deploy.md` says what each field means.

    >>> from fashionkit.models import locate
    >>> checkpoint = Checkpoint.open(locate("default"))
    >>> list(describe(checkpoint)["heads"]), describe(checkpoint)["input"]["fit"]
    (['category', 'attributes', 'embedding'], 'squash')
    """
    of_photos = stage == PHOTOS
    stages = set(checkpoint.stages)
    names = [name for name in checkpoint.specs if name not in stages] if of_photos else [stage]
    return {
        "format_version": VERSION,
        "fashionkit_version": __version__,
        **({"input": _input(checkpoint.config.input)} if of_photos else {}),
        "heads": {name: _head(checkpoint, name) for name in names},
    }


def document(checkpoint: Checkpoint, stage: str) -> str:
    """`describe` as text, in ASCII, so that no writer or reader of a file can spoil a letter."""
    return json.dumps(describe(checkpoint, stage), allow_nan=False)


def _input(rule: InputRule) -> dict[str, Any]:
    height, width = rule.size
    return {
        "name": PHOTOS,
        "type": "uint8",
        "layout": "NHWC",
        "channels": "RGB",
        "height": height,
        "width": width,
        "fit": rule.fit,
        "fitted": _RESIZED[rule.fit],
        "interpolation": rule.interpolation,
        "fill": WHITE,
    }


def _head(checkpoint: Checkpoint, name: str) -> dict[str, Any]:
    spec = checkpoint.specs[name]
    fields = {field: value for field, value in encode_spec(spec).items() if field not in _OF_LAYERS}
    # A set head's output depends on its own file alone, and has no fingerprint.
    fingerprint = checkpoint.config.fingerprints.get(name)
    marked = {} if fingerprint is None else {"fingerprint": fingerprint}
    return {**fields, "output": name, "width": spec.width, **_reading(spec), **marked}


def _reading(spec: HeadSpec) -> dict[str, Any]:
    """How a raw output becomes an answer; nothing for heads of other packages, whose fields must say it."""
    if isinstance(spec, CategorySpec):
        return {"probabilities": _SOFTMAX}
    if isinstance(spec, EmbeddingSpec):
        return {"length": 1, "similarity": "the dot product of two"}
    if isinstance(spec, OutfitSpec):
        example = spec.pack([])
        inputs = {name: {"type": str(value.dtype), "shape": list(value.shape[1:])} for name, value in example.items()}
        return {"inputs": inputs, "probabilities": _SIGMOID}
    return _columns(spec) if isinstance(spec, AttributesSpec) else {}


def _columns(spec: AttributesSpec) -> dict[str, Any]:
    """The attributes of a spec, each with where it stands in the output."""
    columns = spec.group_columns
    return {
        "groups": {
            name: {
                "labels": list(group.choices),
                "start": columns[name].start,
                "stop": columns[name].stop,
                "temperature": group.temperature,
            }
            for name, group in spec.groups.items()
        },
        "tags": {
            name: {"column": spec.tag_columns.start + at, "threshold": rule.threshold, "temperature": rule.temperature}
            for at, (name, rule) in enumerate(spec.tags.items())
        },
        "numbers": {
            name: {
                "column": spec.number_columns.start + at,
                "centre": rule.centre,
                "scale": rule.scale,
                "unit": rule.unit,
            }
            for at, (name, rule) in enumerate(spec.numbers.items())
        },
        "group_probabilities": "softmax(output[start:stop] / temperature)",
        "tag_probability": "sigmoid(output[column] / temperature), present from the threshold on",
        "number": "output[column] * scale + centre",
    }
