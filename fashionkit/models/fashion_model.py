"""`FashionModel`: one backbone, many heads, for those who train and export."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, cast

import torch
from torch import Tensor, nn

from fashionkit.errors import ModelError
from fashionkit.heads import Features, HeadSpec, PhotoModule, SetModule, get, reads_sets
from fashionkit.images import InputRule
from fashionkit.models.backbone import Backbone
from fashionkit.models.checkpoint import Checkpoint
from fashionkit.models.seen import NOTHING, Hashes
from fashionkit.models.source import locate
from fashionkit.models.weights import fill, load_weights, read_tensors
from fashionkit.models.wiring import check_heads


class FashionModel(nn.Module):
    """A shared backbone read by heads, all in one forward pass.

    Args:
        backbone: A timm model name, or a `Backbone`.
        heads: The heads' specs by name; lower-case names, such as {"category": CategorySpec(...)}.
        weights: Pretrained weights for the backbone: a file, `hf://owner/name` or `package:NAME`. Random where None.
        input: How a photo is brought to the model's size; squashed to the backbone's size where None.
        training: What to record in the checkpoint about data and figures.

    Raises:
        ModelError: There is no head, a name is unfit, a head reads what no other gives, or the weights do not fit.

    >>> from fashionkit.heads.category.spec import CategorySpec
    >>> model = FashionModel("test_vit", {"category": CategorySpec(labels=("dress", "shirt"))})
    >>> model(torch.zeros(1, 160, 160, 3, dtype=torch.uint8))["category"].shape
    torch.Size([1, 2])
    """

    mean: Tensor
    std: Tensor
    seen: Hashes
    """The photos that it learned from, as `fashionkit.models.seen` tells them apart."""

    def __init__(
        self,
        backbone: str | Backbone,
        heads: Mapping[str, HeadSpec],
        *,
        weights: str | os.PathLike[str] | None = None,
        input: InputRule | None = None,  # noqa: A002  # the field's word in config.json too
        training: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        if not isinstance(input, InputRule | None):
            raise ModelError(f"input is an InputRule(size=(height, width)), got {input!r:.80}")
        if isinstance(backbone, str):
            backbone = Backbone(backbone, size=input.size if input else None)
        if not isinstance(backbone, Backbone):
            raise ModelError(f"backbone is a timm model name or a Backbone, got {backbone!r:.80}")
        self.backbone = backbone
        self.input = input or InputRule(size=backbone.size)
        if self.input.size != backbone.size:
            raise ModelError(f"the input rule gives {self.input.size} px and the backbone reads {backbone.size} px")
        if weights is not None:
            load_weights(backbone, weights)
        check_heads(heads)
        self.specs = dict(heads)
        _check_attributes(self.specs)
        self.heads = nn.ModuleDict({name: _build(spec, backbone) for name, spec in self.specs.items()})
        self.training_record = dict(training or {})
        self.seen = NOTHING
        # The graph normalises, so that whoever runs it needs to know nothing but the size.
        self.register_buffer("mean", 255 * torch.tensor(backbone.mean).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(backbone.std).reshape(1, 3, 1, 1), persistent=False)

    @property
    def photo_heads(self) -> tuple[str, ...]:
        """Names of the heads that read a photo, in order."""
        return tuple(name for name, spec in self.specs.items() if not reads_sets(spec))

    @property
    def set_heads(self) -> tuple[str, ...]:
        """Names of the heads that read sets of another head's outputs, in order."""
        return tuple(name for name, spec in self.specs.items() if reads_sets(spec))

    def features(self, photos: Tensor) -> Features:
        """N×H×W×3 uint8 photos at the model's size → what the backbone sees; the one call of the backbone."""
        features: Features = self.backbone(self.normalised(photos))
        return features

    def normalised(self, photos: Tensor) -> Tensor:
        """N×H×W×3 uint8 photos → N×3×H×W as the backbone's weights expect them."""
        return (photos.permute(0, 3, 1, 2).to(self.mean.dtype) - self.mean) / self.std

    def answer(self, features: Features) -> dict[str, Tensor]:
        """What the backbone saw → the raw output of every photo head, by name."""
        return {name: cast("PhotoModule", self.heads[name])(features) for name in self.photo_heads}

    def forward(self, photos: Tensor) -> dict[str, Tensor]:
        """N×H×W×3 uint8 photos at the model's size → the raw output of every photo head, by name."""
        return self.answer(self.features(photos))

    def score_sets(self, name: str, inputs: Mapping[str, Tensor]) -> Tensor:
        """The packed inputs of N sets → the raw output of the set head of that name."""
        return cast("SetModule", self.heads[name])(**inputs)

    def save(self, folder: str | os.PathLike[str], *, dtype: Literal["float32", "float16"] = "float32") -> Path:
        """Writes a checkpoint folder, whole or not at all, in place of the one there; gives its path.

        Args:
            folder: Where to.
            dtype: As what the weights are stored. "float16" rounds them, which halves the files; whoever reads them
                computes in float32 all the same.

        Raises:
            ConfigError: `dtype` is neither.
            ModelError: The folder holds something else than a checkpoint, the disk refuses, or a graph cannot be
                exported or does not answer as the model does. What was there is still there then.
        """
        from fashionkit.models.save import save_checkpoint  # noqa: PLC0415  # the exporter takes seconds to import

        return save_checkpoint(self, Path(folder), dtype)

    @classmethod
    def load(cls, source: str | os.PathLike[str]) -> Self:
        """A model from a checkpoint folder or `hf://owner/name`, in evaluation mode.

        Raises:
            ModelError: There is no checkpoint, or its tensors do not fit its configuration; the message says where.
            ConfigError: `config.json` has an unknown key, a wrong type or a value out of range.
        """
        checkpoint = Checkpoint.open(locate(source))
        config = checkpoint.config
        if "int8" in config.training:
            raise ModelError(
                f"{checkpoint.folder} computes in int8 and holds no weights for torch; use engine='openvino' or "
                "'onnx', or the checkpoint that it was made from"
            )
        backbone = Backbone(config.backbone.name, size=config.input.size, arguments=config.backbone.arguments)
        backbone.mean, backbone.std = config.backbone.mean, config.backbone.std
        model = cls(backbone, checkpoint.specs, input=config.input, training=config.training)
        model.seen = checkpoint.seen
        fill(model, read_tensors(checkpoint.weights), str(checkpoint.weights))
        return model.eval()


def _check_attributes(names: Iterable[str]) -> None:
    """Refuses names of torch's own: it keeps the heads as attributes of a module, which has attributes of its own."""
    taken = nn.ModuleDict()
    for name in names:
        if hasattr(taken, name):
            raise ModelError(
                f"a head cannot be called {name!r}, a name that torch needs; add a word, as in {name}_head"
            )


def _build(spec: HeadSpec, backbone: Backbone) -> nn.Module:
    module = get(spec.kind).module_class()
    built: nn.Module = module(spec) if reads_sets(spec) else module(spec, backbone.widths)
    return built
