"""How far a long command has come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
from rich.text import Text


class _Speed(ProgressColumn):
    """Photos a second since the beginning: they come in batches, so a shorter while would say anything."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.completed / task.elapsed:,.0f}/s" if task.elapsed else "", style="dim")


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while photos are counted, where that is a terminal; nothing elsewhere.

    Args:
        what: What is done to them.

    Yields:
        What is to be called with how many are done, and of how many.
    """
    console = Console(file=sys.stderr)
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda _done, _total: None
        return
    columns = (what, BarColumn(bar_width=None), MofNCompleteColumn(), _Speed(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=True, expand=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
