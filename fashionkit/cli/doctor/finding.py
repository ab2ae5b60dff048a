"""What a check found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from fashionkit.errors import FashionkitError, first_line

State: TypeAlias = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        name: What was looked at.
        state: "ok"; "note" where something is missing or odd that answering can do without; "wrong" where answering
            does not work.
        detail: What was found.
        remedy: What to do; "" where there is nothing to do.
    """

    name: str
    state: State
    detail: str
    remedy: str = ""


def caught(
    name: str, check: Callable[[], Iterable[Finding]], *, state: State = "wrong", remedy: str = ""
) -> list[Finding]:
    """What a check finds; what it raises is a finding too.

    Args:
        name: What is looked at.
        check: Looks at it.
        state: What it means where the check itself fails.
        remedy: What to do then.

    >>> caught("disk", lambda: [Finding("disk", "ok", "large")])
    [Finding(name='disk', state='ok', detail='large', remedy='')]
    >>> caught("disk", lambda: [Finding("disk", "ok", f"{1 / 0}")])[0].detail
    'ZeroDivisionError: division by zero'
    """
    try:
        return list(check())
    except FashionkitError as error:
        return [Finding(name, state, str(error), remedy)]
    except Exception as error:  # whatever is broken here, the other checks go on
        return [Finding(name, state, f"{type(error).__name__}: {first_line(error)}", remedy)]


def answering_works(findings: Iterable[Finding]) -> bool:
    """Whether nothing is wrong.

    >>> answering_works([Finding("torch", "note", "not installed")])
    True
    """
    return all(finding.state != "wrong" for finding in findings)
