"""New labels for a classifier, from a handful of photos each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError, ModelError
from fashionkit.heads import Floats, Outputs
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.category.tell_apart import tell_apart
from fashionkit.images import Source
from fashionkit.runtime import Model
from fashionkit.runtime.engine import RawOutputs
from fashionkit.tasks.asking import Question, Several


def extended(
    model: Model,
    head: str,
    examples: Mapping[str, Several],
    background: Outputs | None,
    others: Several | None,
) -> CategorySpec:
    """The spec of a category head with new labels.

    Args:
        model: That looks at the photos; its embedding and its categories tell the new labels apart.
        head: The category head.
        examples: Photos by new label.
        background: What the model says of photos of what it knows.
        others: Photos of what it knows, to look at where there is no background.

    Raises:
        DataError, ImageError, ModelError: As `Classifier.extend` says.
    """
    spec = cast("CategorySpec", model.specs[head])
    photos = {label: _checked(label, given, spec) for label, given in _several(examples).items()}
    compared = spec.compared or (model.head("embedding"), head)
    known = (
        _outputs(model, compared, _list(others, "others")) if others is not None else _kept(model, background, compared)
    )
    found = {label: np.unique(_outputs(model, compared, given), axis=0) for label, given in photos.items()}
    _check_apart(found)
    # The head's own logits stand last.
    groups = known[:, -spec.width :].argmax(axis=1)
    added = tell_apart(found, known, groups, len(spec.every_label) + len(found))
    return msgspec.structs.replace(spec, added=(*spec.added, *added), compared=compared)


def _several(examples: Mapping[str, Several]) -> Mapping[str, Several]:
    if not isinstance(examples, Mapping) or not examples:
        raise DataError(f"new categories are photos by label, such as {{'kimono': ['a.jpg', …]}}; got {examples!r:.80}")
    return examples


def _checked(label: Any, given: Any, spec: CategorySpec) -> Sequence[Source]:
    if not isinstance(label, str) or not label.strip() or not label.isprintable():
        raise DataError(f"a category has a name on one line, got {label!r:.80}")
    if label in spec.every_label:
        raise DataError(f"the model has a category {label!r} already; give the new one another name")
    photos = _list(given, f"the photos of {label!r}")
    if not photos:
        raise DataError(f"{label!r} has no photos; give at least one (is the ending of the files right?)")
    return photos


def _list(given: Any, what: str) -> list[Source]:
    if not isinstance(given, list | tuple):
        raise DataError(f"{what} are a list of photos, got a single {type(given).__name__}")
    return list(given)


def _kept(model: Model, background: Outputs | None, compared: Sequence[str]) -> NDArray[np.float32]:
    if background is None:
        raise ModelError(
            "the checkpoint keeps no background to tell new categories apart from; give others=, a few hundred photos "
            "of the kinds of garments that the model knows"
        )
    for name in compared:
        if name not in background or background[name].shape[1] != model.specs[name].width:
            raise ModelError(f"the checkpoint's background holds nothing that the head {name!r} gives; give others=")
    return np.concatenate([background[name] for name in compared], axis=1)


def _outputs(model: Model, compared: Sequence[str], photos: Sequence[Source]) -> NDArray[np.float32]:
    def read(outputs: RawOutputs) -> list[Floats]:
        return list(np.concatenate([outputs[name] for name in compared], axis=1))

    rows = Question(model, read).ask(list(photos))
    return np.stack(rows) if rows else np.empty((0, sum(model.specs[name].width for name in compared)), np.float32)


def _check_apart(found: Mapping[str, NDArray[np.float32]]) -> None:
    """Refuses a photo that is given for two labels."""
    label_of: dict[bytes, str] = {}
    for label, rows in found.items():
        for row in rows:
            other = label_of.setdefault(row.tobytes(), label)
            if other != label:
                raise DataError(f"the same photo is given for {other!r} and for {label!r}; it can show only one")
