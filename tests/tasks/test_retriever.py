from __future__ import annotations

import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest

from fashionkit import Classifier, Hit, Retriever
from fashionkit.errors import CatalogueError, ConfigError, ImageError, ModelError

pytestmark = pytest.mark.light


def test_a_photo_finds_itself_first(retriever, photos):
    for place, photo in enumerate(photos):
        best, *others = retriever.search(photo, k=3)
        assert best.id == f"item-{place}"
        assert best.score == pytest.approx(1, abs=1e-5)
        assert best.metadata == {"kind": "tops" if place % 2 else "shoes", "price": place}
        assert all(other.score < best.score for other in others)


def test_scores_are_cosines(retriever, photos):
    vectors = retriever.embed(photos)
    expected = vectors @ vectors[0]
    hits = retriever.search(photos[0], k=12)
    np.testing.assert_allclose(sorted(expected, reverse=True), [hit.score for hit in hits], atol=1e-5)


def test_the_forms_of_a_query(retriever, photos):
    vectors = retriever.embed(photos[:2])
    by_photo = retriever.search(photos[0], 5)
    many = retriever.search(photos[:2], 5)
    assert many[0] == by_photo
    assert retriever.search([], 5) == []
    assert [hit.id for hit in retriever.search(vector=vectors[0], k=5)] == [hit.id for hit in by_photo]
    assert retriever.search(vectors=vectors, k=5) == many
    assert [hit.id for hit in retriever.search(id="item-0", k=4)] == [hit.id for hit in by_photo[1:]]


def test_filters_and_k(retriever, photos):
    hits = retriever.search(photos[0], k=50, where={"kind": "tops"})
    assert {hit.id for hit in hits} == {f"item-{place}" for place in range(1, 12, 2)}
    assert [hit.id for hit in retriever.search(photos[0], where={"kind": "tops", "price": 3})] == ["item-3"]
    assert len(retriever.search(photos[0], k=50)) == 12


def test_ranges_groups_and_diversity(retriever, photos):
    hits = retriever.search(photos[0], where={"kind": "tops", "price": {">=": 3, "<": 9}})
    assert {hit.id for hit in hits} == {"item-3", "item-5", "item-7"}
    plain = retriever.search(photos[0], k=12)
    firsts = {hit.metadata["kind"]: hit for hit in reversed(plain)}
    assert retriever.search(photos[0], group_by="kind") == sorted(firsts.values(), key=lambda hit: -hit.score)
    assert retriever.search(photos[0], k=12, diversity=0.0) == plain
    spread = retriever.search(photos[:2], k=5, diversity=0.8)
    assert [hits[0].id for hits in spread] == ["item-0", "item-1"]
    assert all(hit in plain for hit in spread[0])
    # More like this: the item itself neither comes nor stands for its group.
    (shoes, *_), others = retriever.search(id="item-0", where={"kind": "shoes"}), plain[1:]
    assert retriever.search(id="item-0", where={"kind": "shoes"}, group_by="kind") == [shoes]
    assert shoes == next(hit for hit in others if hit.metadata["kind"] == "shoes")


def test_several_photos_of_one_thing(retriever, photos):
    vectors = retriever.embed(photos[:3])
    mean = vectors.mean(axis=0)
    assert retriever.search(mean_of=photos[:3], k=5) == retriever.search(vector=mean, k=5)
    (alone,) = retriever.search(mean_of=[photos[4]], k=1)
    assert alone.id == "item-4"


def test_what_is_liked(retriever, photos):
    vectors = retriever.embed(photos).astype(float)
    hits = retriever.recommend(["item-1", "item-3"], ["item-5"], k=12)
    query = vectors[[1, 3]].mean(axis=0) - 0.2 * vectors[5]
    query /= np.linalg.norm(query)
    expected = {f"item-{place}": vectors[place] @ query for place in range(12) if place not in (1, 3, 5)}
    assert [hit.id for hit in hits] == sorted(expected, key=lambda name: -expected[name])
    assert [hit.score for hit in hits] == pytest.approx(sorted(expected.values(), reverse=True), abs=1e-5)
    assert retriever.recommend("item-1", k=3) == retriever.search(id="item-1", k=3)
    assert retriever.recommend({"item-3", "item-1"}, ("item-5",), k=12) == hits
    by_vector = retriever.recommend(vectors[1].astype(np.float32), k=12)
    assert by_vector[0].id == "item-1"
    assert {hit.id for hit in retriever.recommend("item-1", where={"kind": "shoes"})} == {
        f"item-{place}" for place in range(0, 12, 2)
    }
    assert len(retriever.recommend("item-1", group_by="kind", diversity=0.5)) == 2


@pytest.mark.parametrize(
    ("liked", "disliked", "words"),
    [
        ([], [], "nothing is liked"),
        ([], "item-1", "nothing is liked"),
        ("nobody", [], "no id 'nobody'"),
        (["item-1", "item-2"], ["item-2"], "'item-2' is liked and disliked"),
        (np.array([[1.0] + [0.0] * 7, [-1.0] + [0.0] * 7]), [], "no direction to search in"),
        (np.ones(7), [], "7"),
        ([3], [], "floats"),
        (["item-1", np.ones(8)], [], "no array"),
    ],
)
def test_what_cannot_be_liked(retriever, liked, disliked, words):
    with pytest.raises(CatalogueError) as caught:
        retriever.recommend(liked, disliked)
    assert words in str(caught.value)


def test_nearly_the_same_photos(retriever, photos):
    assert retriever.duplicates(0.9999) == []
    retriever.add([photos[2], photos[7]], ids=["again-2", "again-7"], metadata=[{"kind": "tops"}, {}])
    assert retriever.duplicates(0.9999) == [["again-2", "item-2"], ["again-7", "item-7"]]
    assert retriever.duplicates(0.9999, where={"kind": ["tops", "shoes"]}) == [["again-2", "item-2"]]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "search by one of photo, mean_of, id, vector, vectors; given: none"),
        ({"id": "item-0", "vector": [1.0] * 8}, "given: id, vector"),
        ({"id": "item_0"}, "item_0"),
        ({"vector": [1.0] * 7}, "7"),
        ({"vector": [float("nan")] * 8}, "NaN"),
        ({"vector": [0.0] * 8}, "zero"),
        ({"id": "item-0", "where": {"price": {"<": [3]}}}, "where"),
        ({"id": "item-0", "group_by": 3}, "group_by"),
        ({"id": "item-0", "diversity": 1}, "diversity is 1"),
        ({"mean_of": []}, "give at least one"),
    ],
)
def test_a_bad_query_is_a_catalogue_error(retriever, query, words):
    with pytest.raises(CatalogueError) as caught:
        retriever.search(**query)
    assert words.lower() in str(caught.value).lower()


@pytest.mark.parametrize("k", [0, -3, True, 2.0, "5", None])
def test_k_is_a_positive_int_however_one_searches(retriever, photos, k):
    for query in ({"photo": photos[0]}, {"id": "item-0"}, {"vector": np.ones(8)}):
        with pytest.raises(ConfigError, match="k, how many hits to give, must be an int above 0"):
            retriever.search(**query, k=k)
    with pytest.raises(ConfigError, match="k, how many hits to give, must be an int above 0"):
        retriever.recommend("item-0", k=k)


def test_numpys_integers_count_too(retriever, checkpoint, photos):
    assert retriever.search(photos[0], k=np.int64(3)) == retriever.search(photos[0], k=3)
    assert retriever.search(id="item-0", k=np.int32(2)) == retriever.search(id="item-0", k=2)
    for engine in ("onnx", "openvino"):
        limited = Classifier.load(checkpoint, engine=engine, threads=np.int64(1))
        assert limited.predict(photos[0]).top(np.int64(2)) == limited.predict(photos[0]).top(2)


def test_items_last_and_can_be_removed_and_replaced(retriever, checkpoint, photos):
    assert retriever.remove(["item-0", "nobody"]) == 1
    assert retriever.remove("item-1") == 1
    retriever.add(photos[5], ids="item-2", metadata={"price": -1})
    retriever.close()
    with Retriever.open(retriever.catalogue.folder, model=checkpoint) as again:
        assert len(again) == 10
        assert "item-0" not in again
        assert "item-2" in again
        best = {hit.id: hit.metadata for hit in again.search(photos[5], k=2)}
        assert best == {"item-2": {"price": -1}, "item-5": {"kind": "tops", "price": 5}}


def test_another_process_finds_what_was_added(retriever, checkpoint, photos):
    code = (
        "import sys; from fashionkit import Retriever\n"
        "r = Retriever.open(sys.argv[1], model=sys.argv[2]); print(r.search(sys.argv[3], k=1)[0].id)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", code, retriever.catalogue.folder, checkpoint, photos[7]],
        capture_output=True,
        text=True,
        check=True,
    )
    assert asked.stdout == "item-7\n"


def test_paths_are_their_own_ids(retriever, photos):
    assert retriever.add([photos[0], str(photos[1])]) == [str(photos[0]), str(photos[1])]
    assert str(photos[0]) in retriever


def test_vectors_can_be_added(retriever):
    axis = np.zeros(8, np.float32)
    axis[3] = 2
    assert retriever.add(vectors=axis, ids="axis") == ["axis"]
    assert retriever.search(vector=axis, k=1)[0].id == "axis"
    assert retriever.add(vectors=np.eye(8)[:2], ids=["one", "two"]) == ["one", "two"]


def test_a_broken_photo_adds_nothing_or_is_left_out(retriever, photos, broken_photo):
    with pytest.raises(ImageError, match="broken"):
        retriever.add([photos[0], broken_photo], ids=["new", "broken"])
    assert "new" not in retriever
    name, error = retriever.add([photos[0], broken_photo], ids=["new", "broken"], on_error="return")
    assert name == "new"
    assert isinstance(error, ImageError)
    assert ("new" in retriever, "broken" in retriever) == (True, False)
    (error,) = retriever.add([broken_photo], on_error="return")
    assert isinstance(error, ImageError)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "photos or vectors="),
        ({"photos": [b"x"]}, "give ids="),
        ({"vectors": np.eye(8)[:1]}, "give ids="),
        ({"vectors": np.eye(8)[:2], "ids": ["a"]}, "1 ids for 2 items"),
        ({"vectors": np.eye(8)[:2], "ids": ["a", "a"]}, "twice"),
        ({"vectors": np.eye(8)[:2], "ids": ["a", "b"], "metadata": {"price": 1}}, "1 metadata for 2 items"),
        ({"vectors": np.eye(7)[:2], "ids": ["a", "b"]}, "7"),
        ({"vectors": np.eye(8)[:1], "ids": [""]}, "empty"),
        ({"vectors": np.eye(8)[:1], "ids": [3]}, "int"),
        ({"vectors": np.eye(8)[:1], "ids": "a", "metadata": [{"price": float("nan")}]}, "nan"),
    ],
)
def test_adding_refuses_what_does_not_fit_and_adds_nothing(retriever, arguments, words):
    with pytest.raises(CatalogueError) as caught:
        retriever.add(**arguments)
    assert words in str(caught.value)
    assert len(retriever) == 12


def test_opening_where_nothing_is_needs_to_be_asked_for(checkpoint, tmp_path):
    with pytest.raises(CatalogueError, match="create=True"):
        Retriever.open(tmp_path / "none", model=checkpoint)
    with pytest.warns(UserWarning, match="made a new catalogue"):
        Retriever.open(tmp_path / "new", model=checkpoint, create=True).close()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with Retriever.open(tmp_path / "new", model=checkpoint, create=True) as empty:
            assert len(empty) == 0
            assert empty.search(vector=np.ones(8)) == []
            assert empty.dimension == 8


def test_vectors_of_another_model_are_refused(tmp_path):
    torch = pytest.importorskip("torch")
    from fashionkit import EmbeddingSpec, FashionModel

    folders = []
    for seed in (0, 1):
        torch.manual_seed(seed)
        model = FashionModel("test_vit", {"embedding": EmbeddingSpec(dimension=8)})
        folders.append(model.save(tmp_path / f"model-{seed}"))
    with pytest.warns(UserWarning, match="made a new"):
        Retriever.open(tmp_path / "catalogue", model=folders[0], create=True).close()
    with pytest.raises(CatalogueError, match="another model"):
        Retriever.open(tmp_path / "catalogue", model=folders[1])
    with pytest.raises(ModelError, match="save it first"):
        Retriever.open(tmp_path / "other", model=model, create=True)


def test_a_retriever_can_be_pickled_and_says_what_it_is(retriever, photos):
    with pickle.loads(pickle.dumps(retriever)) as twin:
        assert twin.search(photos[3], k=2) == retriever.search(photos[3], k=2)
    assert repr(retriever).endswith("12 items)")
    assert isinstance(retriever.search(photos[0])[0], Hit)
