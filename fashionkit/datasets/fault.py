"""What is wrong with one place of a data set, and what readers do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from fashionkit.errors import DataError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        what: The kind of it, the same for all of its kind, such as "photo is missing".
        where: File and line.
        detail: What stands there.
        remedy: What to do.
    """

    what: str
    where: str
    detail: str
    remedy: str

    def to_error(self) -> DataError:
        """It as an error.

        >>> Fault("photo is missing", "labels.csv, line 2", "there is no file 'a.jpg'", "take the row out").to_error()
        DataError("labels.csv, line 2: there is no file 'a.jpg'; take the row out")
        """
        return DataError(f"{self.where}: {self.detail}; {self.remedy}")


OnFault: TypeAlias = Callable[[Fault], None]
"""What a reader calls for a row that it cannot use. Where that returns, the reader goes on without the row."""


def refuse(fault: Fault) -> None:
    """Stops at the first fault.

    Raises:
        DataError: Always.
    """
    raise fault.to_error()
