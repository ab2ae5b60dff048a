"""`Classifier`: what a garment is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self, cast

from fashionkit.errors import ModelError
from fashionkit.heads import Outputs
from fashionkit.heads.category.result import Category
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.models.background import BACKGROUND, read_background
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.models.derive import save_derived
from fashionkit.models.source import locate
from fashionkit.runtime import Model
from fashionkit.tasks.asking import Several
from fashionkit.tasks.extend import extended
from fashionkit.tasks.photo_task import PhotoTask


class Classifier(PhotoTask[Category]):
    """Says what a garment is.

    clf = Classifier.load("models/mine")
    clf.predict("shirt.jpg")                     # Category('shirt', probability=0.912)
    clf.predict(["a.jpg", "b.jpg"])              # a list for a list
    for place, category in clf.stream(paths):    # any number of photos, bounded memory
        ...
    more = clf.extend({"kimono": ["k1.jpg", "k2.jpg", "k3.jpg"]})    # new categories, no training
    more.save("models/with-kimono")
    """

    kind: ClassVar[str] = "category"

    def extend(self, examples: Mapping[str, Several], *, others: Several | None = None) -> Self:
        """A classifier that knows more categories; this one stays as it is.

        Nothing is trained: what the model says of the new photos is told apart from what it says of photos of what it
        knows. Five photos of each new category do well, and more do better; the probabilities of what was known keep
        their proportions.

        Args:
            examples: Photos by new label; each photo shows one such garment alone. One that is given twice counts once.
            others: A few hundred photos of garments that the model knows, 100 at least; those that its checkpoint
                remembers where left out.

        Raises:
            DataError: A label is known already or no name, has no photos, or shares one with another; or its photos
                are no more like each other than like what the model knows; or `others` are too few.
            ImageError: A photo cannot be read.
            ModelError: The model has no embedding head, or no background and no `others` are given.
            EngineError: The engine failed.
        """
        background = None if others is not None else self._background()
        spec = extended(self.model, self.head, examples, background, others)
        return cast("Self", _with_spec(type(self), self.model, self.head, spec))

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes a checkpoint folder with the categories as they are now, whole or not at all; gives its path.

        Raises:
            ModelError: The folder holds something else than a checkpoint, the disk refuses, the checkpoint that this
                classifier was loaded from has changed since, or it was a model in memory, which saves itself.
        """
        checkpoint = self._checkpoint()
        if checkpoint is None:
            raise ModelError("a model in memory is saved by its own save; load that folder, extend it, and save again")
        spec = cast("CategorySpec", self.model.specs[self.head])
        before = cast("CategorySpec", checkpoint.specs[self.head])
        new = [label for label in spec.every_label if label not in before.every_label]
        note = f"Added after the training, each from a handful of photos: {', '.join(new)}." if new else ""
        return save_derived(checkpoint, Path(folder), specs=self.model.specs, note=note)

    def _background(self) -> Outputs | None:
        checkpoint = self._checkpoint()
        if checkpoint is None or BACKGROUND not in checkpoint.config.files:
            return None
        return read_background(checkpoint.folder)

    def _checkpoint(self) -> Checkpoint | None:
        """What the model was loaded from; None for a model in memory."""
        source = self.model.source
        if not isinstance(source, str | os.PathLike):
            return None
        checkpoint = Checkpoint.open(locate(source))
        if checkpoint.config.fingerprints != self.model.fingerprints:
            raise ModelError(f"{checkpoint.folder}: another model was saved there since; load it again")
        return checkpoint

    def __reduce__(self) -> tuple[Any, ...]:
        # The model loads itself anew on the other side, with the categories of its checkpoint.
        return _with_spec, (type(self), self.model, self.head, self.model.specs[self.head])


def _with_spec(kind: type[Classifier], model: Model, head: str, spec: CategorySpec) -> Classifier:
    return kind(replace(model, specs={**model.specs, head: spec}), head)
