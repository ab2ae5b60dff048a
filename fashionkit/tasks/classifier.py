"""`Classifier`: what a garment is."""

from __future__ import annotations

from typing import ClassVar

from fashionkit.heads.category.result import Category
from fashionkit.tasks.photo_task import PhotoTask


class Classifier(PhotoTask[Category]):
    """Says what a garment is.

    clf = Classifier.load("models/mine")
    clf.predict("shirt.jpg")                     # Category('shirt', probability=0.912)
    clf.predict(["a.jpg", "b.jpg"])              # a list for a list
    for place, category in clf.stream(paths):    # any number of photos, bounded memory
        ...
    """

    kind: ClassVar[str] = "category"
