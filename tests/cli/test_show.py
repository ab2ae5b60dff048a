from __future__ import annotations

import io
import json

import pytest
from rich.text import Text

from fashionkit.cli.show import NARROWEST, WIDEST, WIDTH_OF_FILES, screen, show, show_json

pytestmark = pytest.mark.light


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class AsciiFile(io.StringIO):
    encoding = "ascii"


class Broken(io.StringIO):
    def write(self, text: str) -> int:
        # As a pipe does, which takes nothing from nobody.
        if text:
            raise BrokenPipeError
        return 0


@pytest.mark.parametrize(
    ("columns", "expected"), [("80", 80), ("5", NARROWEST), ("0", NARROWEST), ("9999", WIDEST), ("wide", None)]
)
def test_the_width_is_the_one_asked_for_within_reason(monkeypatch, columns, expected):
    monkeypatch.setenv("COLUMNS", columns)
    assert screen(io.StringIO()).width == (expected or WIDTH_OF_FILES)


def test_a_terminal_gets_colours_unless_it_wants_none(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured, plain, file = Terminal(), Terminal(), io.StringIO()
    show(Text("a", style="red"), screen(coloured))
    monkeypatch.setenv("NO_COLOR", "1")
    show(Text("a", style="red"), screen(plain))
    show(Text("a", style="red"), screen(file))
    assert "\x1b[31m" in coloured.getvalue()
    assert "\x1b[31m" not in plain.getvalue()
    assert file.getvalue() == "a\n"


def test_what_cannot_be_encoded_has_a_plain_form():
    out = AsciiFile()
    show(Text("✓ tops \u203a shirt ━━"), screen(out))
    assert out.getvalue() == "+ tops > shirt ==\n"


def test_a_reader_that_is_gone_is_an_error_for_the_caller():
    with pytest.raises(BrokenPipeError):
        show(Text("a"), screen(Broken()))


def test_json_is_one_line_of_ascii_and_refuses_what_is_no_json():
    out = io.StringIO()
    show_json({"photo": "é\n\udce9"}, out)
    assert out.getvalue().isascii()
    assert out.getvalue().count("\n") == 1
    assert json.loads(out.getvalue()) == {"photo": "é\n\udce9"}
    with pytest.raises(ValueError, match="not JSON compliant"):
        show_json({"score": float("nan")}, out)
