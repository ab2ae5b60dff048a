"""A service in this process, and one in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from fashionkit import Retriever


@pytest.fixture(scope="session")
def wardrobe(tmp_path_factory: pytest.TempPathFactory, checkpoint: Path, photos: list[Path]) -> Path:
    """A catalogue of the twelve drawn photos, which no test changes."""
    folder = tmp_path_factory.mktemp("service") / "wardrobe"
    with pytest.warns(UserWarning, match="made a new catalogue"):
        made = Retriever.open(folder, model=checkpoint, create=True)
    with made:
        made.add(
            photos,
            ids=[f"item-{place}" for place in range(12)],
            metadata=[{"kind": "tops" if place % 2 else "shoes", "price": place} for place in range(12)],
        )
    return folder


@pytest.fixture(scope="session")
def client(checkpoint: Path, wardrobe: Path) -> Iterator[Any]:
    """Asks a service with the wardrobe; no test adds to it or removes from it."""
    pytest.importorskip("fastapi")
    from fastapi.testclient import TestClient

    from fashionkit.service import Settings
    from fashionkit.service.app import create_app

    with TestClient(create_app(Settings(model=str(checkpoint), catalogue=str(wardrobe), threads=2))) as asking:
        yield asking


@pytest.fixture
def opened(checkpoint: Path) -> Iterator[Callable[..., Any]]:
    """Makes services with other settings, and closes them in the end."""
    pytest.importorskip("fastapi")
    from contextlib import ExitStack

    from fastapi.testclient import TestClient

    from fashionkit.service import Settings
    from fashionkit.service.app import create_app

    with ExitStack() as stack:
        yield lambda **given: stack.enter_context(
            TestClient(create_app(Settings(**{"model": str(checkpoint), "threads": 2, **given})))
        )


@pytest.fixture(scope="session")
def begin(checkpoint: Path) -> Iterator[Callable[..., tuple[subprocess.Popen[str], str]]]:
    """Begins `fashionkit serve` in processes of their own, and gives each with its address."""
    pytest.importorskip("fastapi")
    begun: list[subprocess.Popen[str]] = []

    def serve(*arguments: object, **environment: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "fashionkit", "serve", "--port", "0", "--model", checkpoint, *arguments]
        process = subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        begun.append(process)
        return process, process.stdout.readline().strip()

    yield serve
    for process in begun:
        process.kill()
        process.communicate()
