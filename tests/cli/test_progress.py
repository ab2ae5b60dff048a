from __future__ import annotations

import io
import sys

import pytest

from fashionkit.cli.exits import tell
from fashionkit.cli.progress import counting

pytestmark = pytest.mark.light


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def terminal(monkeypatch) -> Terminal:
    # Not a fixture: pytest puts its own stderr in place once a test begins.
    err = Terminal()
    monkeypatch.setattr("sys.stderr", err)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "xterm")
    return err


def test_a_terminal_gets_a_bar_and_lines_above_it(monkeypatch):
    err = terminal(monkeypatch)
    with counting("reading photos") as count:
        count(3, 4)
        tell("error: a.jpg: it is empty")
        count(4, 4)
    assert "reading photos" in err.getvalue()
    assert "4/4" in err.getvalue()
    assert "error: a.jpg: it is empty" in err.getvalue()
    assert sys.stderr is err


def test_the_speed_is_that_of_photos_that_took_work(monkeypatch):
    err = terminal(monkeypatch)
    monkeypatch.setattr("rich.progress.Task.elapsed", 2.0)
    with counting("reading photos") as count:
        count(4000, 5000, 3900)
    assert "50 photos/s" in err.getvalue()


@pytest.mark.parametrize(("kind", "is_terminal"), [("xterm", False), ("dumb", True)])
def test_what_cannot_draw_a_bar_gets_nothing(monkeypatch, kind, is_terminal):
    err = terminal(monkeypatch)
    monkeypatch.setattr(Terminal, "isatty", lambda _: is_terminal)
    monkeypatch.setenv("TERM", kind)
    with counting("reading photos") as count:
        count(3, 4)
    assert err.getvalue() == ""
