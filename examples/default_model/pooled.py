"""A head that hands the backbone's pooled features on as they are, so that they are computed once and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from fashionkit.heads import Features, FeatureWidths
from fashionkit.heads.registry import Head, register


class PooledSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numpy half: how many features there are."""

    width: int

    kind: ClassVar[str] = "pooled"
    metrics: ClassVar[tuple[str, ...]] = ()
    reads: ClassVar[tuple[str, ...]] = ()

    def read(self, raw: NDArray[np.float32], outputs: Any) -> list[NDArray[np.float32]]:  # noqa: ARG002
        """N×width features → N vectors, copies of their own."""
        return list(raw.copy())

    def encode(self, values: Sequence[Any]) -> NDArray[np.float32]:
        """Nothing is learned here, so there is nothing to encode."""
        return np.empty((len(values), 0), np.float32)


class PooledModule(nn.Module):
    """The torch half: the identity."""

    def __init__(self, spec: PooledSpec, widths: FeatureWidths) -> None:  # noqa: ARG002
        super().__init__()

    def forward(self, features: Features) -> Tensor:
        """What the backbone pooled, N×C."""
        return features.pooled


HEAD = register(Head("pooled", spec=f"{__name__}:PooledSpec", module=f"{__name__}:PooledModule"))
