"""`AttributePredictor`: what a garment is like."""

from __future__ import annotations

from typing import ClassVar

from fashionkit.heads.attributes.result import Attributes
from fashionkit.tasks.photo_task import PhotoTask


class AttributePredictor(PhotoTask[Attributes]):
    """Says what a garment is like.

    predictor = AttributePredictor.load("models/mine")
    attributes = predictor.predict("shirt.jpg")
    attributes["sleeve"].label                   # 'long', or 'does not apply'
    attributes.tags                              # ('striped',)
    attributes["year"].value                     # 2017.3
    """

    kind: ClassVar[str] = "attributes"
