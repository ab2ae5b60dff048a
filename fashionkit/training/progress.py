"""How far a training has come, for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

MOST_FIGURES = 3


@contextmanager
def progress(out: TextIO) -> Iterator[Callable[[Mapping[str, Any]], None]]:
    """A watcher for `fit`: on a terminal a bar with the loss, the speed and the time left; a line an epoch anywhere.

    Args:
        out: Where to, such as `sys.stderr`.

    Yields:
        What is called with each event.
    """
    console = Console(file=out, highlight=False, markup=False, emoji=False)
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda event: _write(out, event)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}", style="dim"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, transient=True, expand=True) as bar:
        task = bar.add_task("training", total=None, speed="")
        yield lambda event: _show(bar, task, event)


def line_of(event: Mapping[str, Any]) -> str:
    """What is said of a validation in a line; "" for any other event.

    >>> line_of({"event": "validation", "step": 99, "phase": 0, "figures": {"category/accuracy": 0.875}})
    'after step 100: category/accuracy 0.875'
    """
    if event["event"] != "validation":
        return ""
    figures = list(event["figures"].items())[:MOST_FIGURES]
    return f"after step {event['step'] + 1:,}: " + ", ".join(f"{name} {figure:.3f}" for name, figure in figures)


def _write(out: TextIO, event: Mapping[str, Any]) -> None:
    if line := line_of(event):
        out.write(f"{line}\n")
        out.flush()


def _show(bar: Progress, task: TaskID, event: Mapping[str, Any]) -> None:
    if event["event"] == "begin":
        bar.update(task, total=event["steps"], completed=event["step"])
    elif event["event"] == "step":
        bar.update(
            task,
            description=f"loss {event['loss']:.3f}",
            completed=event["step"] + 1,
            speed=f"{event['images_per_second']:,.0f}/s",
        )
    elif line := line_of(event):
        bar.console.print(line)
