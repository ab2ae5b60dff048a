"""What only a process of its own shows: its streams, its exit code, what it imports, and how it takes a signal."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fashionkit import Retriever

pytestmark = pytest.mark.light


@pytest.mark.parametrize(
    ("command", "heavy"),
    [
        (["--help"], ["numpy", "cv2", "faiss", "onnxruntime", "rich.console", "torch"]),
        (["analyze", "--help"], ["numpy", "cv2", "faiss", "onnxruntime", "rich.console", "torch"]),
        (["analyze", "PHOTO", "--model", "MODEL"], ["torch", "timm", "albumentations", "jinja2"]),
        (["outfit", "PHOTO", "PHOTO", "--model", "MODEL"], ["torch"]),
        (["index", "add", "NEW", "FOLDER", "--model", "MODEL"], ["torch"]),
    ],
)
def test_nothing_heavy_is_imported_that_is_not_needed(command, heavy, checkpoint, photos, folder):
    places = {"PHOTO": photos[0], "MODEL": checkpoint, "FOLDER": folder, "NEW": folder / "catalogue"}
    arguments = [str(places.get(each, each)) for each in command]
    code = (
        "import sys; from fashionkit.cli import main\n"
        f"sys.argv = ['fashionkit', *{arguments!r}]\n"
        "try: main()\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        f"sys.exit(', '.join(name for name in {heavy!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_streams_are_kept_apart(spawn, lines_of, checkpoint, photos, broken_photo):
    out, err = (process := spawn("analyze", photos[0], broken_photo, "--model", checkpoint, "--json")).communicate()
    assert process.returncode == 1
    assert len(lines_of(out.decode())) == 2
    assert err.decode().splitlines() == [f"error: {broken_photo}: {lines_of(out.decode())[1]['error']}"]


def test_an_encoding_without_our_signs_is_no_obstacle(spawn, checkpoint, photos, tmp_path):
    photo = tmp_path / "été.png"
    photo.write_bytes(photos[0].read_bytes())
    process = spawn("analyze", photo, "--model", checkpoint, PYTHONIOENCODING="ascii")
    out, err = process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.isascii()
    assert b"t\\xe9.png" in out.replace(b"\n", b"")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_leaves_is_no_error(spawn, checkpoint, photos):
    process = spawn("analyze", *photos * 40, "--model", checkpoint, "--json")
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 141


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("given", [["--help"], ["analyze", "PHOTO", "--model", "MODEL"]])
def test_a_full_disk_is_one_line(checkpoint, photos, given):
    arguments = [str({"PHOTO": photos[0], "MODEL": checkpoint}.get(each, each)) for each in given]
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "fashionkit", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr == "error: there is no room left on the disk; free some and try again\n"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to send")
def test_ctrl_c_while_adding_leaves_what_was_confirmed(spawn, checkpoint, tmp_path, photos):
    folder, catalogue = tmp_path / "many", tmp_path / "catalogue"
    folder.mkdir()
    for place in range(12_000):
        (folder / f"{place:04}.png").symlink_to(photos[place % 12])
    process = spawn("index", "add", catalogue, folder, "--model", checkpoint)
    while not _count(catalogue) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out) == (130, b""), err.decode()
    said = err.decode()
    assert said.startswith("interrupted: ")
    assert "goes on from there" in said
    with Retriever.open(catalogue, model=checkpoint) as retriever:
        assert 0 < len(retriever) < 12_000
        assert f"{len(retriever):,} photos went into" in said


def _count(catalogue) -> int:
    try:
        with sqlite3.connect(f"file:{catalogue}/catalogue.sqlite?mode=ro", uri=True) as connection:
            return connection.execute("SELECT count(*) FROM items").fetchone()[0]
    except sqlite3.Error:
        return 0
