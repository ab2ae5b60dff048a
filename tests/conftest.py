"""What many tests share: a small checkpoint, drawn photos, and the real ones where they are at hand."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from drawing import draw_garment

TORCH_IS_HERE = importlib.util.find_spec("torch") is not None

# Modules that tests import: nothing to collect in them.
collect_ignore = ["build_checkpoint.py", "drawing.py"]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Where torch is not installed, leaves out what holds no test of the answering path: importing it would fail."""
    if TORCH_IS_HERE:
        return None
    files = collection_path.rglob("test_*.py") if collection_path.is_dir() else [collection_path]
    return None if any("pytest.mark.light" in file.read_text(encoding="utf-8") for file in files) else True


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small checkpoint of build_checkpoint.py."""
    built = os.environ.get("FASHIONKIT_TEST_CHECKPOINT")
    if built:
        return Path(built)
    pytest.importorskip("torch", reason="torch is not here, and FASHIONKIT_TEST_CHECKPOINT names no checkpoint")
    from build_checkpoint import build

    return build(tmp_path_factory.mktemp("checkpoint") / "model")


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twelve drawn photos, as PNG files."""
    folder = tmp_path_factory.mktemp("photos")
    paths = [folder / f"garment-{seed}.png" for seed in range(12)]
    for seed, path in enumerate(paths):
        draw_garment(seed).save(path)
    return paths


@pytest.fixture
def broken_photo(tmp_path: Path, photos: list[Path]) -> Path:
    """A PNG file that ends half-way."""
    path = tmp_path / "broken.png"
    whole = photos[0].read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real photos, one folder a set."""
    folder = os.environ.get("FASHIONKIT_DATA")
    if not folder:
        pytest.skip("FASHIONKIT_DATA names no folder of real photos")
    return Path(folder)
