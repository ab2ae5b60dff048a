"""What `fashionkit ui` does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from fashionkit.cli.exits import tell
from fashionkit.cli.photo_file import CONTENT, SIZE, contents_of, look_at
from fashionkit.cli.serving import NEEDED, listen_with, of_extra
from fashionkit.errors import ModelError
from fashionkit.service import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from fashionkit.service.ui.stock import Stock

OF_THE_PAGE = NEEDED | {"gradio"}
QUIET = {"GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_OFFLINE": "1"}
"""Read when gradio is imported, and whenever it would tell somebody that it runs."""


def listen_and_show(asked: Settings, wardrobe: str | None, host: str, port: int, out: TextIO) -> None:
    """Serves the page and the service until it is told to stop.

    Raises:
        EngineError: What it needs is not installed.
        ConfigError: The address cannot be listened on.
        DataError: The wardrobe holds no photo that can be read.
        ModelError, CatalogueError: As for `create_app`.
    """
    # Gradio keeps what is dropped in a folder that is the same for all users, unless it is told of another.
    with tempfile.TemporaryDirectory(prefix="fashionkit-ui-", ignore_cleanup_errors=True) as place:
        os.environ.update(QUIET, GRADIO_TEMP_DIR=str(Path(place, "photos").resolve()))
        with of_extra("ui", OF_THE_PAGE):
            from fashionkit.service.app import create_app  # noqa: PLC0415  # of an extra that may be absent
            from fashionkit.service.ui.page import add_page  # noqa: PLC0415

        @contextmanager
        def with_page() -> Iterator[FastAPI]:
            app = create_app(asked)
            with _stocks(app, wardrobe, Path(place, "wardrobe")) as (searched, worn):
                add_page(app, asked, searched, worn)
                yield app

        listen_with(with_page, asked, host, port, out)


def photo_of(name: str, known: Mapping[str, Any]) -> Path | None:
    """The photo that an item was made from, where `fashionkit index add` put it in and it is still what it was.

    An id may be any text, also one that a stranger sent. Only who has the content of a file can give its hash, so no
    other file of this machine is ever shown.
    """
    file = look_at(name)
    if CONTENT not in known or file is None or file.size != known.get(SIZE):
        return None
    photo = Path(name)
    return photo if photo.is_file() and contents_of([name]) == [known[CONTENT]] else None


@contextmanager
def _stocks(app: FastAPI, wardrobe: str | None, place: Path) -> Iterator[tuple[Stock | None, Stock | None]]:
    """What is searched, and what outfits are made of; None for a model that can do neither."""
    from fashionkit.service.ui.stock import catalogue_stock, drawn_stock, wardrobe_stock  # noqa: PLC0415  # as above

    offers = app.state.offers
    searched = catalogue_stock(offers.model, offers.retriever, photo_of) if offers.catalogue is not None else None
    if searched is not None and wardrobe is None:
        yield searched, searched
        return
    try:
        if wardrobe is None:
            worn = drawn_stock(offers.model, place)
        else:
            worn, errors = wardrobe_stock(offers.model, place, wardrobe)
            for error in errors:
                tell(f"error: {error}")
    except ModelError:
        yield searched, None
        return
    with worn.retriever:
        yield searched or worn, worn
