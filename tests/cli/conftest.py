"""Commands, asked in this process or in one of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from fashionkit.cli import app

Ask = Callable[..., Result]


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Runs a command here: arguments in, stdout, stderr and exit code out."""
    monkeypatch.setenv("COLUMNS", "80")
    # Set, so that it is set back where a command changes it.
    monkeypatch.setenv("FASHIONKIT_TRACEBACK", "0")
    return lambda *arguments: CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def spawn(tmp_path: Path) -> Callable[..., subprocess.Popen[bytes]]:
    """Begins a command in a process of its own."""

    def begin(*arguments: object, **settings: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fashionkit", *map(str, arguments)]
        environment = {**os.environ, "FASHIONKIT_CACHE": str(tmp_path / "cache"), "COLUMNS": "80", **settings}
        # What is ignored here, as in a shell's background, would be ignored there too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=environment
            )
        finally:
            signal.signal(signal.SIGINT, before)

    return begin


@pytest.fixture
def lines_of() -> Callable[[str], list[dict[str, object]]]:
    """What a program reads: one JSON object a line, and nothing else."""
    return lambda text: [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def read(ask: Ask, lines_of: Callable[[str], list[dict[str, object]]]) -> Callable[..., list[dict[str, object]]]:
    """Runs a command here, and gives the JSON that it printed."""
    return lambda *arguments: lines_of(ask(*arguments, "--json").stdout)


@pytest.fixture
def folder(tmp_path: Path, photos: Sequence[Path]) -> Path:
    """A folder with the photos, one of them in a folder within."""
    root = tmp_path / "wardrobe"
    (root / "shelf").mkdir(parents=True)
    for photo in photos[:-1]:
        (root / photo.name).write_bytes(photo.read_bytes())
    (root / "shelf" / "été.png").write_bytes(photos[-1].read_bytes())
    return root
