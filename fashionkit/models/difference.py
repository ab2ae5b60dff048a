"""What differs between the tensors that a model has and those that a file holds, in one readable line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]

SHOWN = 3
"""How many names of each sort are shown; a wrong file differs in hundreds."""


def describe_difference(expected: Shapes, found: Shapes) -> str:
    """Names and shapes that are missing, left over or different; "" where there is no difference.

    >>> describe_difference({"a": (1,), "b": (2, 3)}, {"b": (2, 4), "c": ()})
    '1 missing (a); 1 left over (c); 1 of another shape (b: 2×4 instead of 2×3)'
    >>> describe_difference({"a": (1,)}, {"a": (1,)})
    ''
    """
    missing = [name for name in expected if name not in found]
    left_over = [name for name in found if name not in expected]
    reshaped = [
        f"{name}: {_shape(found[name])} instead of {_shape(shape)}"
        for name, shape in expected.items()
        if name in found and found[name] != shape
    ]
    parts = [("missing", missing), ("left over", left_over), ("of another shape", reshaped)]
    return "; ".join(f"{len(names)} {what} ({_some(names)})" for what, names in parts if names)


def _some(names: Sequence[str]) -> str:
    more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "a single number"
