"""Whether a question is known not to apply: how often a model says so where it is true, and where it is not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation.fields import Field
from fashionkit.evaluation.figure import counted
from fashionkit.evaluation.part import Part
from fashionkit.evaluation.scene import Scene
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.taxonomy import Taxonomy


def measure(scene: Scene, field: Field) -> Part:
    """The recall of "does not apply" for one group of attributes, and its false alarms; nothing where it may not.

    It does not apply where the category says that the garment cannot have it, as trousers have no sleeve; it does where
    the photo has a label. Photos of which neither is known are left out.
    """
    found = _group(field, scene)
    if found is None:
        return Part()
    head, spec, group = found
    said = scene.answers.raw[head][:, spec.group_columns[group]].argmax(axis=1) == len(spec.groups[group].labels)
    cannot = _cannot_have(scene, group)
    has = np.array([bool(field.label(photo)) for photo in scene.photos], bool) & ~cannot
    figures = {
        name: counted(said[rows])
        for name, rows in (("does_not_apply_recall", cannot), ("does_not_apply_false_alarms", has))
        if rows.any()
    }
    return Part(figures=scene.named(field.name, figures))


def _group(field: Field, scene: Scene) -> tuple[str, AttributesSpec, str] | None:
    """The head and the group that answer a field, where they can say that it does not apply."""
    for name, spec in scene.specs.items():
        if isinstance(spec, AttributesSpec):
            for group in (field.name, field.group):
                if group in spec.groups and spec.groups[group].may_not_apply:
                    return name, spec, group
    return None


def _cannot_have(scene: Scene, group: str) -> NDArray[np.bool_]:
    """Which photos show a kind of garment that cannot have what a group asks for."""
    taxonomy = Taxonomy.load()
    if scene.train.set_name not in taxonomy.set_names:
        return np.zeros(len(scene.photos), bool)
    return np.array([_is_without(photo, scene.train.set_name, group, taxonomy) for photo in scene.photos], bool)


def _is_without(photo: LabelledPhoto, set_name: str, group: str, taxonomy: Taxonomy) -> bool:
    kinds = {taxonomy.kind_of(each) for each in _types(photo, set_name, taxonomy)}
    return bool(kinds) and all(group in taxonomy.cannot_have(kind) for kind in kinds)


def _types(photo: LabelledPhoto, set_name: str, taxonomy: Taxonomy) -> Sequence[str]:
    cell = photo.fields.get(taxonomy.column_of(set_name), "")
    try:
        return taxonomy.types_of(set_name, cell) if cell else ()
    except DataError:  # a word that came after the taxonomy was written
        return ()
