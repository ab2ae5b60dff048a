"""How far a long command has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text


class Count(Protocol):
    """Is told how far it has come."""

    def __call__(self, done: int, total: int, passed_over: int = 0, /) -> None:
        """How many photos are done, of how many, and how many of those cost no work."""


class _Speed(ProgressColumn):
    """Photos a second since the beginning: they come in batches, so a shorter while would say anything."""

    def render(self, task: Task) -> Text:
        worked_on = task.completed - task.fields["passed_over"]
        return Text(f"{worked_on / task.elapsed:,.0f} photos/s" if task.elapsed else "", style="dim")


@contextmanager
def counting(what: str) -> Iterator[Count]:
    """A bar on stderr while photos are counted, where that is a terminal; nothing elsewhere.

    Args:
        what: What is done to them.

    Yields:
        What is to be called with how many are done, of how many, and where it matters how many were passed over.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda _done, _total, _passed_over=0: None
        return
    columns = (what, BarColumn(bar_width=None), MofNCompleteColumn(), _Speed(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        task = progress.add_task("", total=None, passed_over=0)
        yield lambda done, total, passed_over=0: progress.update(
            task, completed=done, total=total, passed_over=passed_over
        )
