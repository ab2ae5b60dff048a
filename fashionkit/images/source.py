"""What a photo may be given as, and how to name it in one short line."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Protocol, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence

# Longer names (a data: URL, a path gone wrong) would drown the reason that follows them in an error.
LONGEST_NAME = 200


class TensorLike(Protocol):
    """What is needed of a tensor: a `torch.Tensor` on any device has it, and torch is not imported to find out."""

    @property
    def shape(self) -> Sequence[int]: ...  # noqa: D102  # torch documents it
    @property
    def dtype(self) -> object: ...  # noqa: D102
    def detach(self) -> TensorLike: ...  # noqa: D102
    def cpu(self) -> TensorLike: ...  # noqa: D102
    def numpy(self) -> NDArray[Any]: ...  # noqa: D102


Source: TypeAlias = (
    str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | Image.Image | NDArray[np.generic] | TensorLike
)


def is_tensor(source: object) -> TypeGuard[TensorLike]:
    """Whether a source has all that `TensorLike` asks for; asks its class, so no property of it runs."""
    return all(hasattr(type(source), name) for name in ("shape", "dtype", "detach", "cpu", "numpy"))


def is_file(source: object) -> TypeGuard[IO[bytes]]:
    """Whether a source can be read from; asks the object, since wrappers of files hand their methods on."""
    try:
        return hasattr(source, "read") and not isinstance(source, type)
    except Exception:  # a property that raises something else than AttributeError
        return False


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    r"""Printable text on one line: control characters and lone surrogates escaped, the middle of a long one left out.

    >>> one_line("a\nb")
    'a\\nb'
    >>> one_line("abcdefghij", longest=7)
    'abc…hij'
    """
    if len(text) > longest:
        half = longest // 2
        text = f"{text[:half]}…{text[-half:]}"
    return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode("ascii") for mark in text)


def describe(source: object) -> str:
    """Names a source in one short line; it never raises, whatever it is given, and reads nothing.

    Args:
        source: Anything: what `read` takes, or what it refuses.

    Returns:
        A path as it was given, otherwise the kind of source and its size.

    >>> describe("photos/dress.jpg")
    'photos/dress.jpg'
    >>> describe(bytes(1024))
    'bytes (1,024 bytes)'
    >>> describe(np.zeros((3, 4), np.float32))
    'array (3, 4) float32'
    >>> describe(Image.new("RGB", (640, 480)))
    'PIL image 640×480 RGB'
    >>> describe(None)
    'None'
    """
    try:
        return one_line(_name(source))
    except Exception:  # an odd object must not hide the error that is about to name it
        return one_line(type(source).__name__)


def _name(source: object) -> str:
    kind = type(source).__name__
    name = f"object of type {kind}"
    if source is None:
        name = "None"
    elif isinstance(source, str):
        name = source or "empty path"
    elif isinstance(source, os.PathLike):
        name = os.fsdecode(source)
    elif isinstance(source, memoryview):
        name = f"{kind} ({source.nbytes:,} bytes)"
    elif isinstance(source, (bytes, bytearray)):
        name = f"{kind} ({len(source):,} bytes)"
    elif isinstance(source, Image.Image):
        name = f"PIL image {source.width}×{source.height} {source.mode}"
    elif isinstance(source, np.ndarray):
        name = f"array {source.shape} {source.dtype}"
    elif is_file(source):
        path = getattr(source, "name", None)
        name = f"file object {path}" if isinstance(path, str) and path else f"file object ({kind})"
    elif is_tensor(source):
        name = f"tensor {tuple(source.shape)} {str(source.dtype).removeprefix('torch.')}"
    return name
