from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

import pytest

from fashionkit import Analyzer, ModelError
from fashionkit.cli import exits

pytestmark = pytest.mark.light


def test_json_is_what_the_library_answers_without_the_vector(ask, lines_of, checkpoint, photos):
    printed = ask("analyze", *photos[:3], "--model", checkpoint, "--json")
    assert printed.exit_code == 0
    assert printed.stderr == ""
    expected = Analyzer.load(checkpoint).analyze(photos[:3])
    for photo, line, analysis in zip(photos, lines_of(printed.stdout), expected, strict=False):
        answers = analysis.to_dict()
        assert line.keys() == {"photo", "category", "attributes"}
        assert line["photo"] == str(photo)
        assert line["category"]["label"] == answers["category"]["label"]
        assert line["category"]["probability"] == pytest.approx(answers["category"]["probability"], abs=1e-5)
        assert line["attributes"].keys() == answers["attributes"].keys()


def test_the_vector_comes_when_it_is_asked_for(ask, lines_of, checkpoint, photos):
    (line,) = lines_of(ask("analyze", photos[0], "--model", checkpoint, "--json", "--embedding").stdout)
    assert len(line["embedding"]["vector"]) == Analyzer.load(checkpoint).analyze(photos[0]).embedding.dimension
    assert "dimensions" in ask("analyze", photos[0], "--model", checkpoint, "--embedding").stdout


def test_a_person_sees_the_photo_its_category_and_what_applies(ask, checkpoint, photos):
    shown = ask("analyze", photos[0], "--model", checkpoint)
    analysis = Analyzer.load(checkpoint).analyze(photos[0])
    assert shown.exit_code == 0
    assert photos[0].name in shown.stdout.replace("\n", "")
    assert analysis.category.label in shown.stdout
    for choice in analysis.attributes.choices.values():
        if choice.applies and choice.probability >= 0.5:
            assert choice.label in shown.stdout
    for tag in analysis.attributes.tags:
        assert tag in shown.stdout


@pytest.mark.parametrize("width", ["1", "24", "40", "80", "140"])
def test_no_line_is_wider_than_the_terminal(ask, monkeypatch, checkpoint, photos, width):
    monkeypatch.setenv("COLUMNS", width)
    shown = ask("analyze", photos[0], "--model", checkpoint)
    assert shown.exit_code == 0
    assert max(map(len, shown.stdout.splitlines())) <= max(int(width), 24)


def test_bad_photos_get_one_line_each_and_the_others_are_answered(ask, lines_of, checkpoint, photos, broken_photo):
    given = [photos[0], broken_photo, "missing.jpg", "", photos[0].parent, photos[0]]
    printed = ask("analyze", *given, "--model", checkpoint, "--json")
    assert printed.exit_code == exits.SOME_FAILED
    lines = lines_of(printed.stdout)
    assert [line["photo"] for line in lines] == list(map(str, given))
    assert ["error" in line for line in lines] == [False, True, True, True, True, False]
    assert lines[0] == lines[-1]
    assert "fashionkit index add" in lines[4]["error"]
    errors = printed.stderr.splitlines()
    assert len(errors) == 4
    assert all(error.startswith("error: ") for error in errors)


def test_a_person_is_told_of_bad_photos_on_stderr_alone(ask, checkpoint, broken_photo):
    printed = ask("analyze", broken_photo, "--model", checkpoint)
    assert (printed.exit_code, printed.stdout) == (exits.SOME_FAILED, "")
    assert str(broken_photo) in printed.stderr


@pytest.mark.parametrize("name", ["été ☂.png", "-dash.png", "[bold]x.png", "a\nb\x1b[2J.png", ":smile:.png"])
def test_odd_names_are_shown_and_cannot_move_the_cursor(ask, checkpoint, photos, tmp_path, name):
    (tmp_path / name).write_bytes(photos[0].read_bytes())
    shown = ask("analyze", tmp_path / name, "--model", checkpoint)
    assert shown.exit_code == 0
    assert "\x1b" not in shown.stdout
    printable = name.replace("\n", "\\n").replace("\x1b", "\\x1b")
    # A long path is broken over lines, at a space where there is one.
    assert printable.replace(" ", "") in "".join(shown.stdout.partition("\n  ")[0].split())


def test_a_name_may_begin_with_a_dash(ask, checkpoint, photos, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-k.png").write_bytes(photos[0].read_bytes())
    assert ask("analyze", "--model", checkpoint, "--", "-k.png").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no names that are no text")
def test_a_name_that_is_no_text_is_answered(ask, read, checkpoint, photos, tmp_path):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.png")
    Path(name).write_bytes(photos[0].read_bytes())
    (line,) = read("analyze", name, "--model", checkpoint)
    assert os.fsencode(line["photo"]) == os.fsencode(name)
    assert ask("analyze", name, "--model", checkpoint).exit_code == 0


def test_a_missing_model_is_one_line_and_code_3(ask, tmp_path, photos):
    refused = ask("analyze", *photos, "--model", tmp_path / "none")
    assert (refused.exit_code, refused.stdout) == (exits.REFUSED, "")
    assert len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("error: ")


def test_answers_come_while_later_photos_are_read(monkeypatch, ask, lines_of, checkpoint, photos):
    """An engine that fails late does not take back what was printed."""
    stream = Analyzer.stream

    def failing(self, given, **options):
        yield next(stream(self, given, **options))
        raise ModelError("gone")

    monkeypatch.setattr(Analyzer, "stream", failing)
    printed = ask("analyze", *photos, "--model", checkpoint, "--json")
    assert printed.exit_code == exits.REFUSED
    assert len(lines_of(printed.stdout)) == 1
    assert printed.stderr == "error: gone\n"


def test_what_libraries_print_and_warn_of_is_kept_out_of_the_answer(monkeypatch, ask, lines_of, checkpoint, photos):
    stream = Analyzer.stream

    def chatty(self, given, **options):
        print("chatter")  # noqa: T201  # as a library may
        warnings.warn("careful", stacklevel=1)
        return stream(self, given, **options)

    monkeypatch.setattr(Analyzer, "stream", chatty)
    printed = ask("analyze", photos[0], "--model", checkpoint, "--json")
    assert len(lines_of(printed.stdout)) == 1
    assert printed.stderr == "chatter\nwarning: careful\n"
