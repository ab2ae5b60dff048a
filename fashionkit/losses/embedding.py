"""The losses of metric learning by name, masked like all others here."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from fashionkit.errors import ConfigError, DataError, did_you_mean, first_line
from fashionkit.losses.contrastive import check_embeddings, supervised_contrastive
from fashionkit.losses.masking import at_least_float32

MINING = ("semihard", "hard", "all")


class EmbeddingLoss(nn.Module):
    """A loss between embeddings by what each of them shows; made by `embedding_loss`.

    Its parameters, where it has any (the proxies of "proxy-anchor", the centres of "arcface"), belong to the optimiser
    beside those of the model.
    """

    def __init__(self, criterion: Callable[[Tensor, Tensor], Tensor], identities: Tensor) -> None:
        super().__init__()
        self.criterion = criterion
        self.register_buffer("identities", identities, persistent=True)

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """The loss over the rows that are known.

        Args:
            embeddings: (N, D), floating point, rows of unit length; half precision is computed in float32, under
                autocast too. Rows of unknowns may hold anything.
            labels: N whole numbers, as `EmbeddingSpec.encode` gives them; negative is unknown and takes no part.

        Returns:
            A scalar, at least 0; an exact 0 with a gradient of zeros where nothing can be learnt.

        Raises:
            DataError: If shapes, dtypes or devices do not fit, or a label is none of the identities that the loss was
                made for.
        """
        check_embeddings(embeddings, labels)
        known = labels >= 0
        vectors, numbers = at_least_float32(embeddings[known]), labels[known].long()
        if len(vectors) == 0:
            return vectors.sum()
        # Autocast would compute products in half precision, whose steps near 1 are coarse.
        with torch.autocast(vectors.device.type, enabled=False):
            return self.criterion(vectors, self._places(numbers))

    def _places(self, numbers: Tensor) -> Tensor:
        """Where each label stands among the identities; the labels themselves where the loss keeps none."""
        identities = self.identities
        if not isinstance(identities, Tensor) or len(identities) == 0:
            return numbers
        places = torch.searchsorted(identities, numbers).clamp(max=len(identities) - 1)
        strangers = identities[places] != numbers
        if strangers.any():
            raise DataError(
                f"{int(strangers.sum())} of {len(numbers)} labels are none of the {len(identities)} identities that "
                "the loss was made for; give it those of all training photos"
            )
        return places


def embedding_loss(name: str, *, dimension: int = 0, identities: Sequence[int] = (), **settings: Any) -> EmbeddingLoss:
    """The loss of a name, ready to be called with embeddings and labels.

    - "supcon": supervised contrastive (Khosla et al. 2020). Setting: `temperature` (0.1).
    - "triplet": triplets of anchor, positive and negative (Schroff et al. 2015), found in the batch. Settings:
      `margin` (0.2) between distances, `mining` ("semihard", "hard" or "all").
    - "proxy-anchor": one learnt proxy an identity (Kim et al. 2020). Settings: `margin` (0.1), `scale` (32).
    - "arcface": one learnt centre an identity, an angle apart (Deng et al. 2019). Settings: `margin` (28.6 degrees),
      `scale` (64).

    The first two learn from photos of one identity in one batch, so they need a sampler that brings them together
    (`fashionkit.training.sampling.Pairs`); the last two need `dimension` and `identities`, and do not.

    Args:
        name: One of the four.
        dimension: D, the length of an embedding.
        identities: The labels of all training photos, as `EmbeddingSpec.encode` gives them; repeats and negative
            ones (unknown) are left out.
        **settings: As above.

    Raises:
        ConfigError: A name or setting is unknown or out of range, what a loss needs is missing, or
            pytorch-metric-learning, which all but "supcon" need, is not installed.

    >>> loss = embedding_loss("supcon", temperature=1.0)
    >>> pairs = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    >>> round(loss(pairs, torch.tensor([7, 7, 9, 9])).item(), 4)
    0.5514
    """
    if name not in _MAKERS:
        raise ConfigError(f"there is no embedding loss {name!r}; {did_you_mean(name, _MAKERS)}")
    known = torch.tensor(sorted({int(number) for number in identities if number >= 0}), dtype=torch.int64)
    if name not in _WITH_PROXIES:
        known = known[:0]
    elif dimension < 1 or len(known) < 2:  # noqa: PLR2004  # one alone has nothing to be told from
        raise ConfigError(
            f"the loss {name!r} keeps a vector for each identity; give the dimension of the embedding, "
            "and the identities of all training photos, at least two"
        )
    maker, allowed = _MAKERS[name]
    for setting in settings:
        if setting not in allowed:
            raise ConfigError(f"the loss {name!r} has no setting {setting!r}; {did_you_mean(setting, allowed)}")
    return EmbeddingLoss(maker(dimension, len(known), **settings), known)


def _supcon(dimension: int, identities: int, temperature: float = 0.1) -> Callable[[Tensor, Tensor], Tensor]:  # noqa: ARG001  # makers share a signature
    _check_above_zero("temperature", temperature)
    return lambda vectors, labels: supervised_contrastive(vectors, labels, temperature)


def _triplet(
    dimension: int,  # noqa: ARG001  # makers share a signature
    identities: int,  # noqa: ARG001
    margin: float = 0.2,
    mining: str = "semihard",
) -> Callable[[Tensor, Tensor], Tensor]:
    _check_above_zero("margin", margin)
    if mining not in MINING:
        raise ConfigError(f"there is no mining {mining!r}; {did_you_mean(mining, MINING)}")
    miner = _metric_learning("miners").TripletMarginMiner(margin=margin, type_of_triplets=mining)
    criterion = _metric_learning("losses").TripletMarginLoss(margin=margin)
    return lambda vectors, labels: criterion(vectors, labels, miner(vectors, labels))


def _proxy_anchor(dimension: int, identities: int, margin: float = 0.1, scale: float = 32.0) -> nn.Module:
    _check_above_zero("margin", margin)
    _check_above_zero("scale", scale)
    made: nn.Module = _metric_learning("losses").ProxyAnchorLoss(identities, dimension, margin=margin, alpha=scale)
    return made


def _arcface(dimension: int, identities: int, margin: float = 28.6, scale: float = 64.0) -> nn.Module:
    _check_above_zero("margin", margin)
    _check_above_zero("scale", scale)
    made: nn.Module = _metric_learning("losses").ArcFaceLoss(identities, dimension, margin=margin, scale=scale)
    return made


_MAKERS: dict[str, tuple[Callable[..., Callable[[Tensor, Tensor], Tensor]], tuple[str, ...]]] = {
    "supcon": (_supcon, ("temperature",)),
    "triplet": (_triplet, ("margin", "mining")),
    "proxy-anchor": (_proxy_anchor, ("margin", "scale")),
    "arcface": (_arcface, ("margin", "scale")),
}
_WITH_PROXIES = ("proxy-anchor", "arcface")

EMBEDDING_LOSSES = tuple(_MAKERS)
"""The names that `embedding_loss` knows."""


def _metric_learning(module: str) -> Any:
    # Imported late: it takes seconds, and the losses that most heads use do without.
    try:
        return importlib.import_module(f"pytorch_metric_learning.{module}")
    except ImportError as error:
        raise ConfigError(
            f"this loss needs pytorch-metric-learning ({first_line(error)}); pip install 'fashionkit[train]'"
        ) from error


def _check_above_zero(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ConfigError(f"{name} is {value}; give a finite number above 0")
