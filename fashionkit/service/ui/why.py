"""What in a photo made the model say so, where torch is installed."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, cast

import numpy as np
from PIL import Image

from fashionkit import explain
from fashionkit.service.arriving import Upload
from fashionkit.service.batching import ServedModel
from fashionkit.service.ui.pictures import LARGE, small

if TYPE_CHECKING:
    from fashionkit.explain import Explainer


class Why:
    """Explains answers; the weights are loaded when the first one is asked for.

    Args:
        model: The model whose answers are explained.
    """

    def __init__(self, model: ServedModel) -> None:
        self._model = model
        self._lock = Lock()
        self._explainer: Explainer | None = None

    def picture(self, photo: Upload, name: str, value: str) -> Image.Image:
        """The photo in grey, coloured where it speaks for the answer; at most 640 pixels on its longer side.

        Args:
            photo: The photo.
            name: Of an attribute; "" for the category.
            value: The label; "" for a tag, which is its own.

        Raises:
            DataError: The model has no such answer.
            ImageError: The photo cannot be read.
            ModelError: Torch is not installed, or the backbone cannot be explained.
        """
        explainer = self._loaded()
        # Small first: a map is as coarse as the backbone, and colouring 50 megapixels takes gigabytes.
        pixels = np.asarray(small(photo, self._model, LARGE))
        explained = explainer.attribute(pixels, name, value or None) if name else explainer.category(pixels, value)
        return Image.fromarray(explained.overlay())

    def _loaded(self) -> Explainer:
        with self._lock:
            if self._explainer is None:
                self._explainer = explain.Explainer.load(cast("str", self._model.source), limits=self._model.limits)
            return self._explainer
