from __future__ import annotations

import errno
import os
import sys

import pytest
import typer

from fashionkit import CatalogueError, ConfigError, DataError, EngineError, ImageError, ModelError
from fashionkit.cli.exits import answering, end

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ImageError("a.jpg", "it is empty"), 1, "error: a.jpg: it is empty\n"),
        (DataError("too few"), 2, "error: too few\n"),
        (ModelError("no model"), 3, "error: no model\n"),
        (CatalogueError("a\nb"), 3, "error: a\\nb\n"),
        (EngineError("x"), 3, "error: x\n"),
        (ConfigError("x"), 3, "error: x\n"),
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (BrokenPipeError(), 141, ""),
        (MemoryError(), 3, "error: there is not enough memory; close other programs, or give fewer photos at once\n"),
        (OSError(errno.ENOSPC, "full"), 3, "error: there is no room left on the disk; free some and try again\n"),
        (TypeError("odd"), 3, "error: TypeError: odd (not foreseen; FASHIONKIT_TRACEBACK=1 shows where)\n"),
    ],
)
def test_an_error_ends_with_its_code_and_one_line(monkeypatch, capsys, error, code, said):
    monkeypatch.delenv("FASHIONKIT_TRACEBACK", raising=False)
    with pytest.raises(typer.Exit) as ended, answering():
        raise error
    assert ended.value.exit_code == code
    assert capsys.readouterr() == ("", said)


@pytest.mark.parametrize(("value", "shown"), [("1", True), ("0", False), ("", False)])
def test_the_traceback_is_shown_where_it_is_wanted(monkeypatch, capsys, value, shown):
    monkeypatch.setenv("FASHIONKIT_TRACEBACK", value)
    with pytest.raises(typer.Exit), answering():
        raise ModelError("x")
    assert ("Traceback" in capsys.readouterr().err) == shown


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_what_cannot_be_written_is_not_tried_again_when_python_ends(monkeypatch):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr("sys.stdout", pipe)
        with pytest.raises(typer.Exit) as ended, answering() as out:
            out.write("answer\n")
        assert ended.value.exit_code == 141
        pipe.write("more\n")
        pipe.flush()


def test_what_goes_well_ends_without_a_code(capsys):
    with answering() as out:
        out.write("answer\n")
        print("chatter")  # noqa: T201  # as a library may
        end(0)
    assert capsys.readouterr() == ("answer\n", "chatter\n")
    with pytest.raises(typer.Exit) as ended, answering():
        end(3)
    assert ended.value.exit_code == 1
