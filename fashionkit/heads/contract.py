"""What a head must offer: the numpy half that answers, and the torch half that learns.

A *photo head* reads what the backbone saw in one photo. A *set head* reads several stored outputs of a photo head at
once (an outfit's embeddings) and is a second, small graph. `fashionkit.heads.check_head` tests all that is said here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import EngineError
from fashionkit.results import Result

if TYPE_CHECKING:
    from torch import Tensor

Floats: TypeAlias = NDArray[np.float32]
Outputs: TypeAlias = Mapping[str, Floats]


class HeadSpec(Protocol):
    """The numpy half: configuration, and how raw outputs read as results.

    A frozen `msgspec.Struct` that refuses unknown fields and checks its values in `__post_init__` (ConfigError).
    """

    kind: ClassVar[str]
    """The name it is registered under."""
    metrics: ClassVar[tuple[str, ...]]
    """Names of the figures that judge it, functions of `fashionkit.metrics`, the first the one to select by."""

    @property
    def width(self) -> int:
        """Columns of the raw output."""
        ...

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of other heads' outputs that it needs; () for most.

        A photo head that has some also offers `example_outputs(n)`: those outputs by name, with n rows, for tests.
        """
        ...

    def read(self, raw: Floats, outputs: Outputs) -> Sequence[Result]:
        """Raw output (N×width float32) and all outputs of the batch by name → N results, each from its row alone."""
        ...

    def encode(self, values: Sequence[Any]) -> NDArray[Any]:
        """N labels as people write them → targets with N rows; None is *unknown*. Raises DataError."""
        ...

    @classmethod
    def example(cls) -> Self:
        """A small spec, for tests."""
        ...

    def example_values(self, n: int, seed: int) -> list[Any]:
        """N labels that `encode` takes, not all alike, for tests."""
        ...


class SetSpec(HeadSpec, Protocol):
    """The numpy half of a head that reads sets. `reads` names the one output that the items come from."""

    @property
    def item_width(self) -> int:
        """Columns of the output that it reads."""
        ...

    def pack(self, sets: Sequence[Floats]) -> dict[str, NDArray[Any]]:
        """N sets (each n_i×item_width) → the graph's inputs by name, each with N rows. Raises DataError."""
        ...


class Features(NamedTuple):
    """What the backbone saw.

    Attributes:
        pooled: N×C, one vector a photo.
        tokens: N×L×T, one vector a place, row by row from the top left, for heads that look closer.
    """

    pooled: Tensor
    tokens: Tensor


class FeatureWidths(NamedTuple):
    """How wide the backbone's features are: C and T of `Features`."""

    pooled: int
    tokens: int


class PhotoModule(Protocol):
    """The torch half of a photo head: an `nn.Module` built as `Module(spec, widths)`."""

    def __call__(self, features: Features) -> Tensor:
        """The features of N photos → raw output, N×width float."""
        ...

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """One number ≥ 0; unknown targets do not count, and with nothing known it is 0 and still has a gradient."""
        ...


class SetModule(Protocol):
    """The torch half of a set head: an `nn.Module` built as `Module(spec)`, called with what `pack` gives."""

    def __call__(self, **inputs: Tensor) -> Tensor:
        """The packed inputs of N sets → raw output, N×width float."""
        ...

    def loss(self, raw: Tensor, targets: Tensor) -> Tensor:
        """As for a photo head."""
        ...


def reads_sets(spec: type[HeadSpec] | HeadSpec) -> bool:
    """Whether a spec is of a set head: whether it can pack sets."""
    return hasattr(spec, "pack")


def checked_raw(raw: Floats, width: int, kind: str) -> Floats:
    """Refuses a raw output that no result can be read from.

    Raises:
        EngineError: The shape is not N×width, or a value is NaN or infinite.
    """
    if raw.ndim != 2 or raw.shape[1] != width:  # noqa: PLR2004  # rows and columns
        raise EngineError(
            f"the {kind} head reads N×{width} raw outputs and was given {'×'.join(map(str, raw.shape))}; "
            "the graph and config.json do not belong together"
        )
    if not np.isfinite(raw).all():
        raise EngineError(
            f"the model gave NaN or infinite values for the {kind} head; "
            "its weights are broken, or the precision is too low: try engine='onnx', precision='fp32'"
        )
    return raw
