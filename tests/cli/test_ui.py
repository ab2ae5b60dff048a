from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fashionkit.cli import exits
from fashionkit.cli.photo_file import contents_of, look_at

pytest.importorskip("gradio")

from fashionkit.cli.showing import QUIET, photo_of
from fashionkit.service import server


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """Sets back what the command sets."""
    for name in ("GRADIO_TEMP_DIR", *QUIET):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.fixture
def listening(monkeypatch):
    """Leaves out the serving itself: gives what was to be served, as soon as it says that it is ready."""
    served = []

    def run(app, settings, bound, ready):
        ready()
        served.append((app, settings, Path(os.environ["GRADIO_TEMP_DIR"])))
        app.state.desk.close()
        app.state.offers.close()

    monkeypatch.setattr(server, "run", run)
    return served


def known_of(photo: Path):
    (content,) = contents_of([str(photo)])
    return look_at(str(photo)).to_metadata(content)


def test_the_address_is_printed_and_nothing_is_left_behind(ask, listening, checkpoint, folder):
    answer = ask("ui", "--port", 0, "--model", checkpoint, "--wardrobe", folder)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("http://127.0.0.1:")
    assert answer.stderr == ""
    (app, _, place) = listening[0]
    assert app.url_path_for("front") == "/"
    assert not place.parent.exists()


def test_options_are_what_is_served(ask, listening, checkpoint, folder):
    options = {"--wardrobe": folder, "--threads": 1, "--max-upload": 0.5, "--max-pixels": 2, "--queue": 3}
    given = [each for option in options.items() for each in option]
    assert ask("ui", "--port", 0, "--model", checkpoint, *given, "--timeout", 4).exit_code == 0
    settings = listening[0][1]
    assert (settings.max_upload, settings.max_pixels) == (500_000, 2_000_000)
    assert (settings.queue, settings.timeout, settings.threads) == (3, 4.0, 1)


def test_a_broken_photo_of_the_wardrobe_is_told_and_the_others_are_shown(ask, listening, checkpoint, folder):
    (folder / "broken.png").write_bytes(b"none")
    answer = ask("ui", "--port", 0, "--model", checkpoint, "--wardrobe", folder)
    assert answer.exit_code == 0
    assert answer.stderr.startswith("error: ")
    assert "broken.png" in answer.stderr


def test_a_catalogue_is_searched_and_worn(ask, listening, checkpoint, folder, tmp_path):
    assert ask("index", "add", tmp_path / "shop", folder, "--model", checkpoint).exit_code == 0
    assert ask("ui", "--port", 0, "--model", checkpoint, "--catalogue", tmp_path / "shop").exit_code == 0
    assert len(listening) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "nowhere"], exits.REFUSED, "nowhere"),
        (["--catalogue", "nowhere"], exits.REFUSED, "make one with `fashionkit index add`"),
        (["--wardrobe", "nowhere"], exits.ASKED_WRONGLY, "no such folder"),
        (["--host", "256.1.1.1"], exits.REFUSED, "give another --host or --port"),
        (["--keys", "nowhere"], exits.REFUSED, "the keys cannot be read"),
        (["--max-upload", "nan"], exits.REFUSED, "--max-upload"),
    ],
)
def test_what_cannot_be_served_is_one_line(ask, checkpoint, arguments, code, words):
    model = [] if "--model" in arguments else ["--model", checkpoint]
    answer = ask("ui", "--port", 0, *model, *arguments)
    assert answer.exit_code == code
    assert answer.stdout == ""
    assert words in answer.stderr


def test_an_open_door_to_others_is_warned_of(ask, listening, checkpoint, folder):
    arguments = ["--host", "0.0.0.0", "--port", 0, "--model", checkpoint, "--wardrobe", folder]  # noqa: S104
    assert "no key is asked for" in ask("ui", *arguments).stderr


def test_what_is_not_installed_is_said(ask, listening, monkeypatch, checkpoint):
    for name in [each for each in sys.modules if each.startswith("fashionkit.service.ui")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "gradio", None)
    answer = ask("ui", "--model", checkpoint)
    assert answer.exit_code == exits.REFUSED
    assert answer.stderr.strip().endswith("pip install 'fashionkit[ui]'")


def test_help_needs_no_gradio():
    code = (
        "import sys\n"
        "from typer.testing import CliRunner\n"
        "from fashionkit.cli import app\n"
        "assert CliRunner().invoke(app, ['ui', '--help']).exit_code == 0\n"
        "print([name for name in ('gradio', 'fastapi', 'numpy') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_photo_is_shown_where_its_content_is_what_was_added(photos):
    assert photo_of(str(photos[0]), known_of(photos[0])) == photos[0]


def test_no_file_is_shown_because_somebody_names_it(photos, tmp_path):
    known = known_of(photos[0])
    assert photo_of(str(photos[1]), known) is None
    assert photo_of(str(photos[0]), {}) is None
    assert photo_of(str(tmp_path), {**known, "bytes": tmp_path.stat().st_size}) is None
    assert photo_of("/dev/zero", {**known, "bytes": 0}) is None
    assert photo_of("a\0b", known) is None
    assert photo_of(str(tmp_path / "gone.png"), known) is None
