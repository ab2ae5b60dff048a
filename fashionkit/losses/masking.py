"""What every loss here shares: the precision it works in, the shapes it refuses and the mean over what is known.

Unknown entries are replaced before anything non-linear is computed, not multiplied by zero afterwards: zero times NaN
is NaN, in the gradient too. Nothing here looks at values on the host, so a GPU is never made to wait.
"""

from __future__ import annotations

import torch
from torch import Tensor

from fashionkit.errors import DataError


def at_least_float32(tensor: Tensor) -> Tensor:
    """Widens half precision to float32; float32 and float64 stay as they are, with their graph.

    Args:
        tensor: Any shape; any dtype that float32 can hold.

    Returns:
        The same values as float32, or as float64 if they were.

    >>> at_least_float32(torch.ones(2, dtype=torch.bfloat16)).dtype
    torch.float32
    """
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def check_predictions(name: str, tensor: Tensor) -> None:
    """Refuses what a model cannot have predicted.

    Args:
        name: What the caller calls it.
        tensor: Should hold real floating-point numbers.

    Raises:
        DataError: If it is no tensor or holds something else.

    >>> check_predictions("logits", torch.zeros(2, 3))
    """
    _check_tensor(name, tensor)
    if not tensor.is_floating_point():
        raise DataError(f"{name} have dtype {tensor.dtype}; give floating-point numbers")


def check_targets(name: str, tensor: Tensor, shape: torch.Size, predictions: Tensor) -> None:
    """Refuses targets that do not lie beside the predictions.

    Args:
        name: What the caller calls them.
        tensor: The targets.
        shape: The shape they must have.
        predictions: What they are compared with; both must be on one device.

    Raises:
        DataError: If it is no tensor, or shape or device differ.

    >>> check_targets("targets", torch.zeros(2), torch.Size([3]), torch.zeros(3))
    Traceback (most recent call last):
    fashionkit.errors.DataError: targets have shape (2,), predictions (3,): targets must have shape (3,)
    """
    _check_tensor(name, tensor)
    if tensor.shape != shape:
        raise DataError(
            f"{name} have shape {tuple(tensor.shape)}, predictions {tuple(predictions.shape)}: "
            f"{name} must have shape {tuple(shape)}"
        )
    if tensor.device != predictions.device:
        raise DataError(f"{name} are on {tensor.device}, predictions on {predictions.device}; move them to one device")
    if tensor.is_complex():
        raise DataError(f"{name} have dtype {tensor.dtype}; give real numbers")


def masked_mean(values: Tensor, known: Tensor) -> Tensor:
    """The mean of what is known; an exact 0 that still carries a gradient where nothing is.

    Args:
        values: Any shape, floating point. What is unknown may hold anything, NaN too.
        known: The same shape, bool.

    Returns:
        A scalar of the values' dtype.

    >>> masked_mean(torch.tensor([1.0, 3.0, float("nan")]), torch.tensor([True, True, False])).item()
    2.0
    >>> masked_mean(torch.tensor([1.0]), torch.tensor([False])).item()
    0.0
    """
    return torch.where(known, values, 0.0).sum() / known.sum().clamp(min=1)


def _check_tensor(name: str, tensor: object) -> None:
    if not isinstance(tensor, Tensor):
        raise DataError(f"{name} are a {type(tensor).__name__}; give a torch.Tensor")
