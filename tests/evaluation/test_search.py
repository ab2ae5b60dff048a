from __future__ import annotations

import itertools

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit.datasets import LabelledPhoto
from fashionkit.errors import DataError
from fashionkit.evaluation import evaluate, search
from fashionkit.evaluation.answers import Answers

pytestmark = pytest.mark.light
DESIGN = (
    *("product", "split", "flat", "worn", "type", "sex", "fabric", "colour_name", "sleeve", "neck", "silhouette"),
    *("length", "closure", "knit", "weave", "waist", "group", "view", "photo"),
)


def answers(rows):
    """(product, view, vector) → answers, in which a photo is called after its product and view."""
    photos = tuple(LabelledPhoto("a", fields={"product": p, "view": v}, id=f"{p}-{v}") for p, v, _ in rows)
    vectors = np.array([vector for *_, vector in rows], np.float32)
    return Answers(photos, {"embedding": vectors}, ())


def test_worn_photos_look_for_their_flat_ones_in_the_whole_gallery():
    val = [("a", "worn", [1, 0]), ("a", "flat", [0.8, 0.6]), ("b", "worn", [0, 1]), ("b", "flat", [0, 1])]
    whole = answers([*val, ("c", "flat", [1, 0])])
    found = search.measure(search.search_of("design", DESIGN), answers(val), whole, "embedding")
    assert found.figures["design/worn_to_flat/r@1"].value == 0.5  # another flat is nearer to the first
    assert found.figures["design/worn_to_flat/r@20"].value == 1.0
    assert found.figures["design/worn_to_flat/r@1"].controls["chance"] == pytest.approx(1 / 3)
    assert found.notes == ("design/worn_to_flat: 2 queries among 3 photos",)


def test_a_photo_never_finds_itself_and_needs_another_to_find():
    same_item = search.Search("s/same_item", lambda p: True, lambda p: True, lambda p: p.fields["product"], False, (1,))
    rows = [("a", "1", [1, 0]), ("a", "2", [0.6, 0.8]), ("b", "1", [0, 1])]
    found = search.measure(same_item, answers(rows), answers(rows), "embedding")
    assert found.figures["s/same_item/r@1"].n == 2
    assert found.figures["s/same_item/r@1"].value == 0.5
    assert "left out for having nothing to find: 1" in found.notes[0]
    with pytest.raises(DataError, match="no two photos"):
        search.measure(same_item, answers(rows[1:]), answers(rows[1:]), "embedding")


def test_wrong_neighbours_are_the_most_similar_of_another_label():
    seen = answers([("a", "x", [1, 0]), ("b", "y", [0.98, 0.2]), ("c", "x", [0, 1]), ("d", "y", [0.6, 0.8])])
    found = search.wrong_neighbours("s/view", seen.photos, seen.raw["embedding"], lambda p: p.fields["view"])
    assert [(pair.photo.id, pair.neighbour.id) for pair in found.pairs] == [("a-x", "b-y"), ("c-x", "d-y")]


def test_vectors_that_are_all_alike_are_said_aloud():
    assert search.collapse("s/embedding", np.ones((5, 1), np.float32))
    assert not search.collapse("s/embedding", np.eye(5, dtype=np.float32))


def test_queries_of_a_shop_look_in_its_gallery(model, tmp_path):
    rows = [(item, status, seed) for seed, (item, status) in enumerate(itertools.product("ab", ("query", "gallery")))]
    rows += [("c", "gallery", 4), ("d", "train", 5)]
    lines = [str(len(rows)), "image_name item_id evaluation_status"]
    for item, status, seed in rows:
        name = f"img/WOMEN/Dresses/{item}/{seed}_1_front.jpg"
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        draw_garment(seed, (40, 50)).save(tmp_path / name)
        lines.append(f"{name} {item} {status}")
    (tmp_path / "list_eval_partition.txt").write_text("\n".join([*lines, ""]))
    report = evaluate(model, tmp_path, "query")
    assert "deepfashion-inshop/query_to_gallery: 2 queries among 3 photos" in report.notes
    found = report.figures["deepfashion-inshop/query_to_gallery/r@1"]
    assert (found.n, found.controls["chance"]) == (2, pytest.approx(1 / 3))
    assert "deepfashion-inshop/query_to_gallery/r@20" in report.figures
