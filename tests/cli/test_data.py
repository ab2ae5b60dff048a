from __future__ import annotations

import json
import subprocess
import sys

import pytest

from fashionkit.cli import exits

pytestmark = pytest.mark.light


@pytest.fixture
def data_set(folder):
    """A table beside the drawn photos."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.png"))
    rows = [f"{name},{('dress', 'shirt')[n % 2]},{'train' if n < 10 else 'val'},{n}" for n, name in enumerate(names)]
    (folder / "labels.csv").write_text("\n".join(["file,label,split,price", *rows]), encoding="utf-8")
    return folder


def test_a_set_that_is_fine_ends_with_code_0(ask, data_set):
    answer = ask("data", "check", data_set, "--fewest", "1")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout == "0 errors, 0 warnings, 0 notes\n"


def test_an_error_ends_with_code_1_and_says_what_to_do(ask, data_set, broken_photo):
    (data_set / "shelf" / "été.png").write_bytes(broken_photo.read_bytes())
    answer = ask("data", "check", data_set)
    assert (answer.exit_code, answer.stderr) == (exits.SOME_FAILED, "")
    assert "✗ photos that cannot be read: 1" in answer.stdout
    assert "→ replace them, or take them out" in answer.stdout
    assert answer.stdout.endswith("1 error, 0 warnings, 1 note\n")
    assert all(len(line) <= 80 for line in answer.stdout.splitlines())


def test_a_warning_alone_ends_with_code_0(ask, data_set):
    with (data_set / "labels.csv").open("a") as file:
        file.write("\n")
    text = (data_set / "labels.csv").read_text(encoding="utf-8").replace("shirt,val", "n/a,val")
    (data_set / "labels.csv").write_text(text, encoding="utf-8")
    answer = ask("data", "check", data_set)
    assert "warning" in answer.stdout
    assert answer.exit_code == 0


def test_json_is_a_line_for_each_problem(read, data_set):
    (data_set / "shelf" / "été.png").unlink()
    problems = read("data", "check", data_set)
    assert [set(problem) for problem in problems] == [{"severity", "what", "where", "how_many", "remedy"}] * len(
        problems
    )
    assert problems[0]["severity"] == "error"
    assert "été.png" in problems[0]["where"]
    assert read("data", "check", data_set / "labels.csv", "--fewest", 1) == problems[:1]


def test_info_says_what_there_is(ask, data_set):
    answer = ask("data", "info", data_set)
    assert (answer.exit_code, answer.stderr) == (0, "")
    for text in ("wardrobe (table)", "train 10, val 2", "2 labels: dress 6, shirt 6", "price: name them under groups"):
        assert text in answer.stdout


def test_info_follows_the_description(read, data_set):
    (data_set / "data.toml").write_text('numbers = ["price"]\n')
    (contents,) = read("data", "info", data_set)
    assert contents["fields"]["price"] == {
        "head": "attributes",
        "known": 12,
        "labels": {},
        "range": [0.0, 11.0],
        "products": 0,
    }
    assert (contents["splits"], contents["unused"]) == ({"train": 10, "val": 2}, [])


def test_info_opens_no_photo(ask, data_set):
    for path in data_set.rglob("*.png"):
        path.write_bytes(b"")
    assert ask("data", "info", data_set).exit_code == 0


def test_info_counts_outfits(read, tmp_path):
    for n in (1, 2):
        (tmp_path / f"{n}.png").touch()
    (tmp_path / "items.csv").write_text("item,file,family,type\ni1,1.png,Tops,Shirt\ni2,2.png,Tops,Shirt\n")
    (tmp_path / "outfits.csv").write_text("outfit,split,items\n1,train,i1 i2\n")
    (contents,) = read("data", "info", tmp_path)
    assert (contents["format"], contents["photos"], contents["splits"]) == ("outfits", 2, {"train": 1})
    assert contents["outfits"] == {"outfits": 1, "questions": 0, "judged": 0}


@pytest.mark.parametrize("command", ["check", "info"])
def test_what_is_no_data_set_is_refused_in_a_line(ask, tmp_path, command):
    for given in (tmp_path / "none", tmp_path):
        answer = ask("data", command, given)
        assert (answer.exit_code, answer.stdout) == (exits.ASKED_WRONGLY, "")
        assert answer.stderr.startswith("error: ")
        assert answer.stderr.count("\n") == 1


def test_a_form_can_be_named(ask, data_set, read):
    (contents,) = read("data", "info", data_set, "--format", "folder")
    assert contents["fields"]["category"]["labels"] == {"shelf": 1}
    answer = ask("data", "info", data_set, "--format", "tabel")
    assert "did you mean 'table'" in answer.stderr


@pytest.mark.parametrize("command", ["check", "info"])
def test_every_command_has_an_example_that_names_it(ask, command):
    shown = ask("data", command, "--help")
    assert f"fashionkit data {command}" in shown.stdout.partition("Example")[2]


def test_names_cannot_move_the_cursor(ask, data_set):
    text = (data_set / "labels.csv").read_text(encoding="utf-8")
    (data_set / "labels.csv").write_text(f"{text}\n\x1b[2Jnone.png,\x1b[31mred,train,1\n", encoding="utf-8")
    answer = ask("data", "check", data_set)
    assert answer.exit_code == exits.SOME_FAILED
    assert "\x1b" not in answer.stdout


def test_torch_is_not_imported(spawn, data_set):
    code = "import sys; from fashionkit.datasets import check; check(sys.argv[1]); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, data_set], capture_output=True, check=True)
    assert done.stdout.strip() == b"False"


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_whoever_stops_reading_ends_it(spawn, data_set):
    begun = spawn("data", "info", data_set, "--json")
    begun.stdout.close()
    _, told = begun.communicate(timeout=60)
    assert (begun.returncode, told) == (exits.NOBODY_READS, b"")


def test_json_is_the_same_in_a_pipe(spawn, data_set):
    begun = spawn("data", "check", data_set, "--json", "--fewest", "100", PYTHONIOENCODING="ascii")
    out, told = begun.communicate(timeout=60)
    assert (begun.returncode, told) == (0, b"")
    assert [json.loads(line)["severity"] for line in out.splitlines()] == ["note"]
