"""Data sets that tests write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from drawing import draw_garment


@pytest.fixture
def draw() -> Callable[..., None]:
    """Draws a photo to a file, and makes the folders that it lies in."""

    def draw(path: Path, seed: int = 0, size: tuple[int, int] = (60, 80)) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draw_garment(seed, size).save(path)

    return draw


@pytest.fixture
def touch() -> Callable[..., None]:
    """Makes empty files: reading a set does not open them."""

    def touch(root: Path, names: Iterable[str]) -> None:
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()

    return touch


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a text file into the folder of the test."""

    def write(name: str, text: str | bytes, root: Path = tmp_path) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
