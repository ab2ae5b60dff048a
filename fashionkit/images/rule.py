"""How a model wants its photos."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import msgspec

from fashionkit.errors import ConfigError, did_you_mean

Fit: TypeAlias = Literal["squash", "crop", "pad"]
Interpolation: TypeAlias = Literal["area", "bilinear", "bicubic"]

# No backbone reads more; without a bound, a damaged configuration would ask for all the memory there is.
LONGEST_SIDE = 4096
SIDES = 2


class InputRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The size a model reads and the way a photo gets there; part of a checkpoint's configuration.

    Attributes:
        size: (height, width) in pixels, each from 1 to 4096.
        fit: `squash` resizes to the size and ignores the aspect ratio; `crop` keeps it and cuts the long side off
            evenly; `pad` keeps it and puts the whole photo on white.
        interpolation: How pixels are weighed; `fit` says what each means when shrinking and when enlarging.

    Raises:
        ConfigError: A value that is out of range or unknown (`msgspec.ValidationError` when it comes from a file).

    >>> InputRule(size=(224, 224)).fit
    'squash'
    >>> msgspec.json.decode(b'{"size": [224, 168], "fit": "pad"}', type=InputRule).size
    (224, 168)
    """

    size: tuple[int, int]
    fit: Fit = "squash"
    interpolation: Interpolation = "area"

    def __post_init__(self) -> None:
        if not _is_size(self.size):
            raise ConfigError(
                f"size must be (height, width), two whole numbers from 1 to {LONGEST_SIDE}; got {self.size!r}"
            )
        _check_name("fit", self.fit, get_args(Fit))
        _check_name("interpolation", self.interpolation, get_args(Interpolation))


def _is_size(size: object) -> bool:
    if not isinstance(size, tuple) or len(size) != SIDES:
        return False
    return all(isinstance(side, int) and not isinstance(side, bool) and 1 <= side <= LONGEST_SIDE for side in size)


def _check_name(field: str, given: object, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ConfigError(f"unknown {field} {given!r}; {did_you_mean(str(given), known)}")
