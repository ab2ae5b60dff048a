from __future__ import annotations

import pytest

pytest.importorskip("gradio")

import numpy as np

from fashionkit import Retriever
from fashionkit.errors import DataError
from fashionkit.service.ui.pictures import SMALL
from fashionkit.service.ui.stock import catalogue_stock, drawn_stock, wardrobe_stock


def is_grey(tile):
    return all(least == most for least, most in tile.picture.getextrema())


def test_a_wardrobe_holds_what_can_be_read(stock, photos):
    assert sorted(stock.tiles) == sorted(photo.name for photo in photos)
    assert len(stock.retriever) == len(photos)
    for tile in stock.tiles.values():
        assert max(tile.picture.size) <= SMALL


def test_vectors_are_those_of_the_photos(stock, offers, photos):
    stored = stock.retriever.catalogue.vectors([photos[3].name])
    np.testing.assert_allclose(stored[0], offers.analyzer.analyze(photos[3]).embedding.vector, atol=1e-5)


def test_a_wardrobe_of_broken_photos_is_refused(offers, tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "x.png").write_bytes(b"none")
    (tmp_path / "place").mkdir()
    with pytest.raises(DataError, match="none of its photos can be read"):
        wardrobe_stock(offers.model, tmp_path / "place", str(tmp_path / "photos"))


def test_items_of_a_catalogue_have_pictures_where_their_photos_are_known(offers, wardrobe, checkpoint, photos):
    with Retriever.open(wardrobe, model=checkpoint) as retriever:
        made = catalogue_stock(
            offers.model, retriever, lambda name, known: photos[known["price"]] if name == "item-3" else None
        )
        assert list(made.tiles) == sorted(f"item-{place}" for place in range(12))
        greys = {name for name, tile in made.tiles.items() if is_grey(tile)}
        assert greys == set(made.tiles) - {"item-3"}


def test_a_photo_that_broke_meanwhile_is_grey(offers, wardrobe, checkpoint, broken_photo):
    with Retriever.open(wardrobe, model=checkpoint) as retriever:
        made = catalogue_stock(offers.model, retriever, lambda *_: broken_photo)
        assert is_grey(made.tiles["item-0"])


def test_an_item_that_came_later_has_a_tile_too(stock):
    tile = stock.tile("/shop/later.jpg", {})
    assert (tile.id, tile.name) == ("/shop/later.jpg", "later.jpg")


@pytest.mark.slow
def test_drawn_garments_are_a_stock(offers, tmp_path):
    made = drawn_stock(offers.model, tmp_path)
    with made.retriever:
        assert len(made.tiles) == len(made.retriever) > 20
        assert "white t-shirt" in made.tiles
