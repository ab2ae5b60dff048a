from __future__ import annotations

import numpy as np
import pytest
import torch
from drawing import draw_garment
from small_outfits import outfit_model

from fashionkit import OutfitSpec
from fashionkit.images import fit, read
from fashionkit.training.outfit_vectors import ItemVectors, item_vectors


@pytest.fixture
def garments() -> dict[str, np.ndarray]:
    return {f"item {seed}": np.asarray(draw_garment(seed)) for seed in range(5)}


def test_each_item_has_the_vector_of_its_photo_and_of_its_mirror_image(garments):
    model = outfit_model().eval()
    found = item_vectors(model, "embedding", garments, mirrored=True, batch_size=2)
    assert found.views.shape == (2, 5, 16)
    for item, photo in garments.items():
        pixels = fit(read(photo), model.input)
        for view, turned in zip(found.views, (pixels, pixels[:, ::-1].copy()), strict=True):
            with torch.no_grad():
                wanted = model(torch.from_numpy(turned[None]))["embedding"][0]
            np.testing.assert_allclose(view[found.rows[item]], wanted, atol=1e-5)
    assert not np.array_equal(*found.views)


def test_what_cannot_be_read_is_not_there(broken_photo, garments):
    with pytest.warns(UserWarning, match="passed over"):
        found = item_vectors(outfit_model(), "embedding", {"broken": broken_photo, **garments})
    assert set(found.rows) == set(garments)
    alone = item_vectors(outfit_model(), "embedding", garments)
    np.testing.assert_array_equal(found.views[0, found.rows["item 3"]], alone.views[0, alone.rows["item 3"]])


def test_the_model_is_left_in_the_mode_it_had(garments):
    model = outfit_model().train()
    model.heads["outfit"].eval()
    modes = {name: module.training for name, module in model.named_modules()}
    item_vectors(model, "embedding", garments)
    assert modes == {name: module.training for name, module in model.named_modules()}


def test_packed_outfits_are_what_their_spec_packs():
    random = np.random.default_rng(0)
    vectors = ItemVectors({name: row for row, name in enumerate("abcd")}, random.random((1, 4, 8), np.float32))
    sets = [("a", "b"), ("d", "c", "a")]
    packed = vectors.packed(sets)
    wanted = OutfitSpec(item_width=8).pack([np.stack([vectors.views[0, "abcd".index(one)] for one in s]) for s in sets])
    assert packed["items"].shape == (2, 3, 8)
    for name, value in wanted.items():
        np.testing.assert_array_equal(packed[name], value[:, :3])


def test_each_item_is_seen_in_any_view():
    vectors = ItemVectors({"a": 0}, np.arange(2, dtype=np.float32).reshape(2, 1, 1))
    seen = vectors.packed([("a", "a")] * 200, np.random.default_rng(0))["items"]
    assert 0.4 < float(seen.mean()) < 0.6
    assert not torch.equal(seen[:, 0], seen[:, 1])
