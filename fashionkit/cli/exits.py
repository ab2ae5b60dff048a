"""How a command ends: its exit code, and what went wrong in one line on stderr.

0    everything was answered
1    some photos could not be read, or a check failed
2    the command was not given what it takes
3    the model, the catalogue, a setting or the engine refused, so nothing more could be answered
130  interrupted (Ctrl-C)
141  whoever read the answer stopped reading, as `head` does
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import typer

from fashionkit.cli.printable import printable
from fashionkit.errors import DataError, FashionkitError, ImageError, first_line

SOME_FAILED = 1
ASKED_WRONGLY = 2
REFUSED = 3
INTERRUPTED = 130
NOBODY_READS = 141

TRACEBACK = "FASHIONKIT_TRACEBACK"
"""The environment variable that adds the traceback to an error."""


@contextmanager
def answering() -> Iterator[TextIO]:
    """Runs what a command does, and ends it with the exit code for what it raised.

    Yields:
        Where the answer goes, and nothing else: what libraries print meanwhile goes to stderr.

    Raises:
        typer.Exit: With the code, after one line on stderr.
    """
    out = sys.stdout
    try:
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.showwarning = _show_warning
            yield out
        out.flush()
    except (typer.Exit, typer.BadParameter):
        raise
    except KeyboardInterrupt:
        tell("interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except Exception as error:
        _give_up(out)
        if _reader_is_gone(error):
            raise typer.Exit(NOBODY_READS) from None
        if traceback_wanted():
            traceback.print_exc()
        tell(f"error: {said(error)}")
        raise typer.Exit(_code(error)) from None


def end(failures: int) -> None:
    """Ends a command that went through: with code 1 where something failed on the way, which was told already.

    Raises:
        typer.Exit: Where there were failures.
    """
    if failures:
        raise typer.Exit(SOME_FAILED)


def tell(message: str) -> None:
    """One line on stderr; where nobody reads that, nothing."""
    with contextlib.suppress(OSError, ValueError):  # ValueError: it is closed
        sys.stderr.write(f"{printable(message)}\n")
        sys.stderr.flush()


def traceback_wanted() -> bool:
    """Whether an error shall show where in the code it was raised."""
    return os.environ.get(TRACEBACK, "0") not in ("", "0")


def said(error: Exception) -> str:
    """What is told of an error: a message of ours as it is, anything else with what to do about it."""
    if isinstance(error, FashionkitError):
        return str(error)
    if isinstance(error, MemoryError):
        return "there is not enough memory; close other programs, or give fewer photos at once"
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "there is no room left on the disk; free some and try again"
    return f"{type(error).__name__}: {first_line(error)} (not foreseen; {TRACEBACK}=1 shows where)"


def _code(error: Exception) -> int:
    if isinstance(error, ImageError):
        return SOME_FAILED
    if isinstance(error, DataError):
        return ASKED_WRONGLY
    return REFUSED


def _reader_is_gone(error: Exception) -> bool:
    # Windows says EINVAL for a pipe that nobody reads.
    pipe_on_windows = sys.platform == "win32" and isinstance(error, OSError) and error.errno == errno.EINVAL
    return isinstance(error, BrokenPipeError) or pipe_on_windows


def _give_up(out: TextIO) -> None:
    """What cannot be written now would be tried again when Python ends, and be reported a second time."""
    with contextlib.suppress(OSError, ValueError):  # what is no file has no number
        try:
            out.flush()
        except (OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, out.fileno())
            os.close(nowhere)


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    tell(f"warning: {message}")
