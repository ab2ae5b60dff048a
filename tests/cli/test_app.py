from __future__ import annotations

import pytest

from fashionkit import __version__
from fashionkit.cli import exits

pytestmark = pytest.mark.light

COMMANDS = (
    "analyze",
    "outfit",
    "search",
    "demo",
    "doctor",
    "index",
    "data",
    "evaluate",
    "train",
    "serve",
    "ui",
    "explain",
    "export",
)
GROUPS = {"index": ("add", "info"), "data": ("check", "info"), "export": ("onnx", "openvino", "pt2", "int8")}


def test_help_names_every_command_and_every_exit_code(ask):
    shown = ask("--help")
    assert shown.exit_code == 0
    for command in COMMANDS:
        assert f"\n  {command} " in shown.stdout
    codes = (value for name, value in vars(exits).items() if name.isupper() and isinstance(value, int))
    for code in codes:
        assert f"\n    {code} " in shown.stdout, code


@pytest.mark.parametrize(
    "command",
    [
        *([each] for each in COMMANDS if each not in GROUPS),
        *([group, each] for group, several in GROUPS.items() for each in several),
    ],
)
def test_every_command_has_an_example_that_names_it(ask, command):
    shown = ask(*command, "--help")
    assert shown.exit_code == 0
    example = shown.stdout.partition("Example")[2]
    assert f"fashionkit {' '.join(command)}" in example
    assert "list[str]" not in shown.stdout


def test_h_is_help_too(ask):
    assert ask("analyze", "-h").stdout == ask("analyze", "--help").stdout


def test_the_version_is_printed_alone(ask):
    assert ask("--version").stdout == f"fashionkit {__version__}\n"


@pytest.mark.parametrize("given", [["analyse"], ["analyze"], ["analyze", "a.jpg", "--josn"], ["search", "catalogue"]])
def test_what_no_command_takes_is_refused_with_code_2(ask, given):
    refused = ask(*given)
    assert refused.exit_code == exits.ASKED_WRONGLY
    assert refused.stdout == ""
    assert "Error: " in refused.stderr


@pytest.mark.parametrize("command", [["analyze"], ["outfit", "a.jpg"], ["search", "catalogue"]])
def test_standard_input_is_refused_in_words(ask, command):
    refused = ask(*command, "-")
    assert refused.exit_code == exits.ASKED_WRONGLY
    assert "standard input" in refused.stderr


def test_debug_adds_where_it_was_raised(ask, tmp_path):
    command = ["analyze", "a.jpg", "--model", tmp_path / "none"]
    assert "Traceback" not in ask(*command).stderr
    assert "Traceback" in ask("--debug", *command).stderr
