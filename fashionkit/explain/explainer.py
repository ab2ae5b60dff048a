"""`Explainer`: asks a model where its answers come from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import Any, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from fashionkit.errors import DataError, ModelError
from fashionkit.explain.asked import Asked, about_attribute, about_category
from fashionkit.explain.explanation import Explanation, in_unit_range
from fashionkit.explain.likeness import Likeness
from fashionkit.explain.outfit import OutfitExplanation
from fashionkit.explain.placing import placed
from fashionkit.explain.relevance import relevance
from fashionkit.heads import Features, Floats, Outputs
from fashionkit.heads.attributes.spec import AttributesSpec
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.embedding.module import EmbeddingModule
from fashionkit.heads.outfit.result import OutfitScore
from fashionkit.heads.outfit.spec import MAX_ITEMS, MIN_ITEMS, OutfitSpec
from fashionkit.images import DEFAULT_LIMITS, Limits, Source, fit, read
from fashionkit.models import FashionModel
from fashionkit.models.source import DEFAULT
from fashionkit.models.wiring import head_of_kind


class Explainer:
    """Shows where in a photo an answer comes from.

        explainer = Explainer.load()
        explainer.category("shirt.jpg").save("why.png")          # for the label that the model gives
        explainer.category("shirt.jpg", "blouse")                # for another one
        explainer.attribute("shirt.jpg", "sleeve")               # or an attribute, with its value or without
        explainer.likeness("shirt.jpg", "other.jpg").overlay()   # for what makes two photos alike
        explainer.outfit(["shirt.jpg", "jeans.jpg", "boots.jpg"])

    A map is as fine as the backbone's places (6×6 for the model that comes with fashionkit) and is drawn smoothly.
    Needs torch. Any number of threads may ask; they are answered one by one.

    Args:
        model: A model in memory, used as it is and where it is; it is in evaluation mode while it answers.
        limits: What a photo may claim before memory is spent on it.
    """

    def __init__(self, model: FashionModel, limits: Limits = DEFAULT_LIMITS) -> None:
        if not isinstance(model, FashionModel):
            raise ModelError(f"an explainer asks a FashionModel, got {model!r:.80}; use Explainer.load for a folder")
        self.model = model
        self.limits = limits
        self._lock = Lock()

    @classmethod
    def load(cls, source: str | os.PathLike[str] = DEFAULT, *, limits: Limits = DEFAULT_LIMITS) -> Self:
        """Loads the weights of a checkpoint: "default", its folder, or `hf://owner/name`.

        Raises:
            ModelError: There is no checkpoint, or it is damaged.
            ConfigError: Its `config.json` is not valid.
        """
        return cls(FashionModel.load(source), limits)

    def category(self, photo: Source, label: str | None = None, *, head: str | None = None) -> Explanation:
        """Where a photo looks like a kind of garment.

        Args:
            photo: A path, bytes, a file object, a PIL image, an array or a tensor.
            label: A label of the model; the one that it gives where left out.
            head: Which head to ask, where the model has several category heads.

        Raises:
            ImageError: The photo cannot be read.
            DataError: The model has no such label.
            ModelError: The model has no such head, or its backbone cannot be explained.
        """
        name = head_of_kind(self.model.specs, "category", head)
        spec = cast("CategorySpec", self.model.specs[name])
        pixels, looked_at = self._read(photo)
        outputs = self._outputs(looked_at)
        return self._explanation(pixels, looked_at, about_category(name, spec, outputs, label))

    def attribute(
        self, photo: Source, attribute: str, value: str | None = None, *, head: str | None = None
    ) -> Explanation:
        """Where a photo shows an attribute.

        Args:
            photo: As for `category`.
            attribute: The name of a group ("sleeve") or a tag ("striped").
            value: A label of the group; the one that the model gives where left out.
            head: Which head to ask, where the model has several attributes heads.

        Raises:
            DataError: The model has no such attribute or value, or it is a number.
            ImageError, ModelError: As for `category`.
        """
        name = head_of_kind(self.model.specs, "attributes", head)
        spec = cast("AttributesSpec", self.model.specs[name])
        pixels, looked_at = self._read(photo)
        outputs = self._outputs(looked_at)
        return self._explanation(pixels, looked_at, about_attribute(name, spec, outputs, attribute, value))

    def likeness(self, photo: Source, other: Source, *, head: str | None = None) -> Likeness:
        """Which places of two photos make them alike, by the embedding.

        Raises:
            ImageError, ModelError: As for `category`.
        """
        name = head_of_kind(self.model.specs, "embedding", head)
        (pixels, looked_at), (other_pixels, other_looked_at) = self._read(photo), self._read(other)
        vector, other_vector = (self._outputs(each)[name][0] for each in (looked_at, other_looked_at))
        return Likeness(
            float(np.clip(vector @ other_vector, -1, 1)),
            (
                self._placed(self._towards(name, looked_at, other_vector), pixels),
                self._placed(self._towards(name, other_looked_at, vector), other_pixels),
            ),
            (pixels, other_pixels),
        )

    def outfit(self, photos: Sequence[Source], *, head: str | None = None) -> OutfitExplanation:
        """What in each item of an outfit holds it together, with the score and that without each item.

        Args:
            photos: Of 2 to 16 items.
            head: Which head to ask, where the model has several outfit heads.

        Raises:
            DataError: There are too few or too many items.
            ImageError, ModelError: As for `category`.
        """
        name = head_of_kind(self.model.specs, "outfit", head)
        spec = cast("OutfitSpec", self.model.specs[name])
        if not isinstance(photos, list | tuple) or not MIN_ITEMS <= len(photos) <= MAX_ITEMS:
            raise DataError(f"an outfit is a list of {MIN_ITEMS} to {MAX_ITEMS} photos, got {photos!r:.80}")
        items = [self._read(photo) for photo in photos]
        vectors = np.stack([self._outputs(looked_at)[spec.embedding][0] for _, looked_at in items])
        heats = [self._beside(name, vectors, place, looked_at) for place, (_, looked_at) in enumerate(items)]
        maps = tuple(self._placed(heat, pixels) for heat, (pixels, _) in zip(heats, items, strict=True))
        return OutfitExplanation(self._scored(name, vectors), maps, tuple(pixels for pixels, _ in items))

    def _scored(self, name: str, vectors: Floats) -> OutfitScore:
        spec = cast("OutfitSpec", self.model.specs[name])
        left_out = [np.delete(vectors, place, axis=0) for place in range(len(vectors))]
        sets = [vectors, *(left_out if len(vectors) > MIN_ITEMS else [])]
        with self._answering(), torch.no_grad():
            raw = self.model.score_sets(name, self._packed(spec, sets)).float().cpu().numpy()
        whole, *without = (answer.score for answer in spec.read(raw, {}))
        return OutfitScore(whole, tuple(without) or None)

    def _beside(self, name: str, vectors: Floats, place: int, looked_at: NDArray[np.uint8]) -> Floats:
        """The map of one item: what it adds to the score beside the others, as they are."""
        spec = cast("OutfitSpec", self.model.specs[name])
        inputs = self._packed(spec, [vectors])

        def score(_: Features, outputs: Mapping[str, Tensor]) -> Tensor:
            items = inputs["items"].clone()
            items[0, place] = outputs[spec.embedding][0]
            logit: Tensor = self.model.score_sets(name, inputs | {"items": items})[0, 0]
            return logit

        with self._answering():
            return relevance(self.model, self._as_batch(looked_at), score)

    def _packed(self, spec: OutfitSpec, sets: Sequence[Floats]) -> dict[str, Tensor]:
        device = self.model.mean.device
        return {name: torch.from_numpy(value).to(device) for name, value in spec.pack(sets).items()}

    def _explanation(self, pixels: NDArray[np.uint8], looked_at: NDArray[np.uint8], asked: Asked) -> Explanation:
        def score(_: Features, outputs: Mapping[str, Tensor]) -> Tensor:
            return asked.score(outputs)

        with self._answering():
            heat = relevance(self.model, self._as_batch(looked_at), score)
        return Explanation(asked.label, asked.probability, self._placed(heat, pixels), pixels)

    def _towards(self, name: str, looked_at: NDArray[np.uint8], other: Floats) -> Floats:
        towards = torch.from_numpy(np.array(other)).to(self.model.mean.device)

        module = self.model.heads[name]

        def score(features: Features, outputs: Mapping[str, Tensor]) -> Tensor:
            if not isinstance(module, EmbeddingModule):
                return functional.cosine_similarity(outputs[name][0], towards, dim=0)
            projected = module.projection(features.pooled)[0]
            # The length as it is, so that what is left is linear and its gradient splits the cosine exactly.
            cosine: Tensor = projected @ towards / projected.norm().detach()
            return cosine

        with self._answering():
            return relevance(self.model, self._as_batch(looked_at), score)

    def _placed(self, heat: Floats, pixels: NDArray[np.uint8]) -> Floats:
        height, width = pixels.shape[:2]
        return in_unit_range(placed(heat, self.model.input, height, width))

    def _read(self, photo: Source) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """The photo, and what the model looks at."""
        pixels = read(photo, limits=self.limits)
        pixels.flags.writeable = False
        return pixels, fit(pixels, self.model.input)

    def _outputs(self, looked_at: NDArray[np.uint8]) -> Outputs:
        with self._answering(), torch.no_grad():
            outputs = self.model(self._as_batch(looked_at))
        return {name: value.float().cpu().numpy() for name, value in outputs.items()}

    def _as_batch(self, looked_at: NDArray[np.uint8]) -> Tensor:
        return torch.from_numpy(looked_at)[None].to(self.model.mean.device)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        with self._lock:
            modes = [(module, module.training) for module in self.model.modules()]
            self.model.eval()
            try:
                yield
            finally:
                for module, training in modes:
                    module.training = training

    def __reduce__(self) -> tuple[Any, ...]:
        raise ModelError("an explainer does not cross processes; load another one there")

    def __repr__(self) -> str:
        return f"Explainer({self.model.backbone.name}, {', '.join(self.model.photo_heads)})"
