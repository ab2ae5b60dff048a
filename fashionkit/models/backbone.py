"""The shared pretrained backbone: any timm model, read the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import timm
import torch
from timm.models import group_parameters
from torch import Tensor, nn

from fashionkit.errors import ConfigError, ModelError, did_you_mean
from fashionkit.heads import Features, FeatureWidths
from fashionkit.images import InputRule

# A configuration comes from anywhere, so it must neither name files and addresses to read from nor bend what we set.
_ELSEWHERE = "give `weights=` to FashionModel, or use load_weights"
NOT_ARGUMENTS: Mapping[str, str] = {
    "cache_dir": _ELSEWHERE,
    "checkpoint_path": _ELSEWHERE,
    "pretrained": _ELSEWHERE,
    "pretrained_cfg": _ELSEWHERE,
    "pretrained_cfg_overlay": _ELSEWHERE,
    "features_only": "a backbone gives pooled features and tokens",
    "img_size": "give `size=`, or `input=` to FashionModel",
    "in_chans": "photos have three channels",
    "num_classes": "its heads say what is asked of a photo",
}


class Backbone(nn.Module):
    """A timm model without its classifier, with its stages known by number so that they can be frozen.

    Args:
        name: A timm model name, such as "resnet50" or "tf_efficientnet_lite0".
        size: Height and width of the photos in pixels; the model's own by default. Models with positions (ViT, Swin)
            are built for this size.
        arguments: More arguments for `timm.create_model`, such as {"drop_path_rate": 0.1}.

    Attributes:
        widths: How wide the pooled features and the tokens are.
        size: Height and width of the photos in pixels.
        mean, std: What the model's weights expect photos in [0, 1] to be normalised by, a channel each.
        n_stages: How many stages there are, the stem first.

    Raises:
        ModelError: timm has no such model (close names are suggested), or the model cannot be built so.
        ConfigError: The size is no pair of whole numbers above 0.

    >>> backbone = Backbone("test_vit", size=(96, 96))
    >>> features = backbone(torch.zeros(2, 3, 96, 96))
    >>> features.pooled.shape, features.tokens.shape
    (torch.Size([2, 64]), torch.Size([2, 36, 64]))
    """

    def __init__(
        self, name: str, *, size: tuple[int, int] | None = None, arguments: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__()
        if size is not None:
            _check_size(name, size)
        self.name = name
        self.arguments = dict(arguments or {})
        self.model = _create(name, size, self.arguments)
        own = self.model.pretrained_cfg
        self.size: tuple[int, int] = size or tuple(own["input_size"][1:])
        self.mean: tuple[float, ...] = tuple(own["mean"])
        self.std: tuple[float, ...] = tuple(own["std"])
        self.widths = self._measure()
        self._stages = _stages(self.model)
        self.n_stages = 1 + max(self._stages.values())
        self._last_stages = _last_stages(self.model, self._stages)
        self.frozen_stages = 0

    def forward(self, photos: Tensor) -> Features:
        """N×3×H×W normalised photos → pooled features N×C and tokens N×L×T."""
        return self.features_of(self.see(photos))

    def see(self, photos: Tensor) -> Tensor:
        """N×3×H×W normalised photos → the last features that still lie in places, in the model's own order of axes."""
        seen: Tensor = self.model.forward_features(photos)
        return seen

    def features_of(self, seen: Tensor) -> Features:
        """What `see` gave → pooled features N×C and tokens N×L×T."""
        return Features(self.model.forward_head(seen, pre_logits=True), self.tokens_of(seen))

    def tokens_of(self, seen: Tensor) -> Tensor:
        """What `see` gave → one vector a place, N×L×T, row by row from the top left."""
        if seen.ndim == 3:  # noqa: PLR2004  # N×L×T of a transformer, after its class and register tokens
            return seen[:, getattr(self.model, "num_prefix_tokens", 0) :]
        if getattr(self.model, "output_fmt", "NCHW") == "NHWC":
            return seen.flatten(1, 2)
        return seen.flatten(2).transpose(1, 2)

    def grid_of(self, seen: Tensor) -> tuple[int, int]:
        """How many rows and columns the places of `tokens_of` form.

        Raises:
            ModelError: The model does not say how its tokens lie.
        """
        if seen.ndim == 3:  # noqa: PLR2004  # a transformer
            grid: tuple[int, int] | None = getattr(getattr(self.model, "patch_embed", None), "grid_size", None)
            if grid is None or grid[0] * grid[1] != self.tokens_of(seen).shape[1]:
                raise ModelError(f"timm's {self.name} does not say where its tokens lie; choose another model")
            return grid
        rows, columns = seen.shape[1:3] if getattr(self.model, "output_fmt", "NCHW") == "NHWC" else seen.shape[2:]
        return rows, columns

    def freeze(self, stages: int | None = None) -> Self:
        """Freezes the first stages, the stem first, and unfreezes the others; all of them where no number is given.

        Frozen weights take no gradient, and frozen layers stay in evaluation mode whatever `train` says, so that the
        statistics of batch normalisation and dropout stand still too.

        Raises:
            ConfigError: The number of stages does not lie in 0..n_stages.
        """
        count = self.n_stages if stages is None else stages
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= self.n_stages:
            raise ConfigError(f"{self.name} has {self.n_stages} stages; freeze 0 to {self.n_stages}, not {stages!r}")
        self.frozen_stages = count
        for name, parameter in self.model.named_parameters():
            parameter.requires_grad_(self._stages[name] >= count)
        return self.train(self.training)

    def train(self, mode: bool = True) -> Self:
        """Training or evaluation mode, in which what is frozen stays in evaluation mode."""
        super().train(mode)
        for name, module in self.model.named_modules():
            if self._last_stages[name] < self.frozen_stages:
                module.eval()
        return self

    def stage_parameters(self, stage: int) -> list[nn.Parameter]:
        """The weights of one stage."""
        return [weight for name, weight in self.model.named_parameters() if self._stages[name] == stage]

    def stage_of(self, name: str) -> int:
        """The stage of a weight or of a statistic, by its timm name; a statistic is of its layer's stage."""
        if name in self._stages:
            return self._stages[name]
        return self._last_stages[name.rpartition(".")[0]]

    @torch.no_grad()
    def _measure(self) -> FeatureWidths:
        was_training = self.training
        self.model.eval()
        try:
            pooled, tokens = self(torch.zeros(1, 3, *self.size))
        except Exception as error:  # models written by many hands refuse in as many ways
            raise ModelError(f"{self.name} cannot read photos of {self.size[0]}×{self.size[1]} px: {error}") from error
        self.model.train(was_training)
        return FeatureWidths(pooled.shape[1], tokens.shape[2])


def _check_size(name: str, size: tuple[int, int]) -> None:
    try:
        InputRule(size=size)
    except ValueError as error:
        raise ConfigError(f"{name}: {error}") from error


def _create(name: str, size: tuple[int, int] | None, arguments: dict[str, Any]) -> Any:
    for argument in arguments:
        if argument in NOT_ARGUMENTS:
            raise ModelError(f"a backbone takes no argument {argument!r}; {NOT_ARGUMENTS[argument]}")
    if not isinstance(name, str) or not timm.is_model(name):
        name = str(name)
        close = [known for known in timm.list_models() if known.split("_")[0] == name.split("_")[0]] or ["resnet50"]
        raise ModelError(f"timm has no model {name!r}; {did_you_mean(name, close[:12])}")
    own = timm.get_pretrained_cfg(name)
    sized: dict[str, Any] = {"img_size": size} if size and own is not None and own.fixed_input_size else {}
    try:
        return timm.create_model(name, pretrained=False, num_classes=0, **sized, **arguments)
    except Exception as error:  # models written by many hands refuse in as many ways
        raise ModelError(f"timm cannot build {name!r} with {sized | arguments}: {error}") from error


def _stages(model: Any) -> dict[str, int]:
    """The stage of every weight, by name, as timm groups them for layer-wise learning rates."""
    if not hasattr(model, "group_matcher"):
        raise ModelError(f"timm's {type(model).__name__} does not say what its stages are; choose another model")
    stages: dict[str, int] = group_parameters(model, model.group_matcher(coarse=True), reverse=True)
    return stages


def _last_stages(model: nn.Module, stages: Mapping[str, int]) -> dict[str, int]:
    """The highest stage that each part of the model has weights in, by name.

    A part without weights, such as a dropout, is of the stage that stands before it.
    """
    last_stages, before = {}, 0
    for name, module in model.named_modules():
        prefix = f"{name}." if name else ""
        before = max([before, *(stages[prefix + weight] for weight, _ in module.named_parameters(recurse=False))])
        last_stages[name] = max((stages[prefix + weight] for weight, _ in module.named_parameters()), default=before)
    return last_stages
