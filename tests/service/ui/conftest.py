"""A page in this process, over the drawn photos of the other tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def closet(tmp_path_factory: pytest.TempPathFactory, photos: list[Path]) -> Path:
    """A folder with the twelve drawn photos and one that is broken."""
    folder = tmp_path_factory.mktemp("closet")
    for photo in photos:
        (folder / photo.name).write_bytes(photo.read_bytes())
    (folder / "broken.png").write_bytes(photos[0].read_bytes()[:100])
    return folder


@pytest.fixture(scope="session")
def settings(checkpoint: Path) -> Any:
    """Of the page; tests give it large photos and many of them."""
    pytest.importorskip("gradio")
    from fashionkit.service import Settings

    return Settings(model=str(checkpoint), threads=2, max_upload=200_000, max_pixels=1_000_000)


@pytest.fixture(scope="session")
def app(settings: Any) -> Iterator[Any]:
    """A service without a catalogue."""
    from fashionkit.service.app import create_app

    made = create_app(settings)
    yield made
    made.state.desk.close()
    made.state.offers.close()


@pytest.fixture(scope="session")
def offers(app: Any) -> Any:
    """Its tasks."""
    return app.state.offers


@pytest.fixture(scope="session")
def stock(offers: Any, closet: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The closet, looked at."""
    from fashionkit.service.ui.stock import wardrobe_stock

    made, errors = wardrobe_stock(offers.model, tmp_path_factory.mktemp("stock"), str(closet))
    assert [error.source for error in errors] == [str(closet / "broken.png")]
    with made.retriever:
        yield made
