from __future__ import annotations

import pickle
import sqlite3
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fashionkit.catalogue import Catalogue, database as database_module
from fashionkit.errors import CatalogueError
from fashionkit.results import Hit

pytestmark = pytest.mark.light

numbers = st.sampled_from([-2.0, -1.0, 0.0, 1.0, 2.0])
vector = st.lists(numbers, min_size=3, max_size=3).filter(any)
name = st.sampled_from(["a", "b", "c", "d", "é", "衣", "A", "aa"])
fields = st.dictionaries(st.sampled_from("xy"), st.sampled_from([1, True, "1", None]), max_size=2)
step = st.one_of(
    st.tuples(st.just("add"), st.lists(st.tuples(name, vector, fields), max_size=6, unique_by=lambda item: item[0])),
    st.tuples(st.just("remove"), st.lists(name, max_size=4)),
    st.tuples(st.just("reopen"), st.just(())),
    st.tuples(st.just("other"), st.lists(st.tuples(name, vector, fields), max_size=2, unique_by=lambda item: item[0])),
)


def found(matches: list[Hit]) -> list[str]:
    return [match.id for match in matches]


def naive_search(items: dict, query, k, where=None) -> list[Hit]:
    """Items are id → (vector of length 1, metadata)."""
    wanted = (where or {}).items()
    unit = (np.array(query) / np.linalg.norm(query)).astype(np.float32).astype(float)
    matches = [
        Hit(id_, float(np.float32(np.clip(np.sum(unit * row.astype(float)), -1, 1))), metadata)
        for id_, (row, metadata) in items.items()
        if all(key in metadata and (metadata[key], type(metadata[key])) == (v, type(v)) for key, v in wanted)
    ]
    return sorted(matches, key=lambda match: (-match.score, match.id))[:k]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(step, max_size=6), vector, st.integers(1, 9), fields)
def test_any_history_equals_a_dict(tmp_path_factory, steps, query, k, where):
    folder = tmp_path_factory.mktemp("history")
    catalogue = Catalogue.open(folder, dimension=3, fingerprint="f", create=True)
    other = Catalogue.open(folder)
    items: dict = {}
    for kind, given_step in steps:
        if kind == "remove":
            assert catalogue.remove(given_step) == len(items.keys() & set(given_step))
            items = {id_: item for id_, item in items.items() if id_ not in given_step}
        elif kind == "reopen":
            catalogue.close()
            catalogue = Catalogue.open(folder)
        else:
            writer = other if kind == "other" else catalogue
            ids, vectors, metadata = ([item[place] for item in given_step] for place in range(3))
            writer.add(ids, vectors, metadata)
            units = [(np.array(row) / np.linalg.norm(row)).astype(np.float32) for row in vectors]
            items |= {id_: (row, fields) for id_, row, fields in zip(ids, units, metadata, strict=True)}
        for reader in (catalogue, other):
            assert len(reader) == len(items)
            assert reader.search([query], k) == [naive_search(items, query, k)]
            assert reader.search([query], k, where) == [naive_search(items, query, k, where)]
    assert list(catalogue.ids()) == sorted(items)
    assert catalogue.metadata(list(items)) == [metadata for _, metadata in items.values()]
    if items:
        np.testing.assert_allclose(catalogue.vectors(list(items)), [row for row, _ in items.values()], atol=1e-7)
    catalogue.close()
    other.close()


def test_what_is_found(filled):
    best, second = filled.search([[2.0, 0, 0]], 2)[0]
    assert best == Hit("a", 1.0, {"year": 2020})
    assert (second.id, second.score, second.metadata) == ("d", pytest.approx(0.6), {"year": 2021, "sale": True})
    assert found(filled.search([[0, 1.0, 0]], 9, {"year": 2021})[0]) == ["b", "d"]
    assert found(filled.search([[0, 1.0, 0]], 9, {"year": 2021, "sale": True})[0]) == ["d"]
    assert filled.search([[0, 1.0, 0]], 9, {"year": 1999}) == [[]]


def test_ties_are_ordered_by_id_whatever_the_history(folder):
    with Catalogue.open(folder, dimension=2, fingerprint="f", create=True) as catalogue:
        names = [f"{number:03d}" for number in range(200)]
        for part in (names[100:], names[:100][::-1], names[50:60]):
            catalogue.add(part, np.tile([[0.6, 0.8]], (len(part), 1)))
        assert found(catalogue.search([[1.0, 1.0]], 30)[0]) == names[:30]
        catalogue.remove(names[:5])
        assert found(catalogue.search([[1.0, 1.0]], 30)[0]) == names[5:35]
    with Catalogue.open(folder) as again:
        assert found(again.search([[1.0, 1.0]], 30)[0]) == names[5:35]


@pytest.mark.parametrize("queries", [[], np.empty((0, 3), np.float32)])
def test_no_queries(filled, queries):
    assert filled.search(queries, 3) == []


def test_an_empty_catalogue(catalogue):
    assert len(catalogue) == 0
    assert catalogue.search(np.eye(3), 5) == [[], [], []]
    assert catalogue.search(np.eye(3), 5, {"a": 1}) == [[], [], []]
    assert list(catalogue.ids()) == []
    assert catalogue.remove(["a"]) == 0
    assert catalogue.vectors([]).shape == (0, 3)
    assert catalogue.metadata([]) == []


@pytest.mark.parametrize("k", [0, -1, True, 1.0, "1", None, np.float64(3)])
def test_k_that_is_refused(filled, k):
    with pytest.raises(CatalogueError, match=r"k is .*; give an int of at least 1"):
        filled.search([[1.0, 0, 0]], k)


@pytest.mark.parametrize("k", [4, 5, 10**30, np.int64(7)])
def test_k_beyond_what_is_there(filled, k):
    assert len(filled.search([[1.0, 0, 0]], k)[0]) == 4


@pytest.mark.parametrize("query", [[[0.0, 0, 0]], [[np.nan, 0, 0]], [[1.0, 0]], [1.0, 0, 0], [["a", "b", "c"]]])
def test_queries_that_are_refused(filled, query):
    with pytest.raises(CatalogueError):
        filled.search(query, 1)


@pytest.mark.parametrize(
    ("ids", "vectors", "metadata", "said"),
    [
        (["x", "x"], np.eye(3)[:2], None, "'x' is there twice"),
        (["x"], np.eye(3)[:2], None, "1 ids and 2 vectors"),
        ([], np.eye(3)[:2], None, "0 ids and 2 vectors"),
        (["x", "y"], [[1.0, 0, 0], [0.0, 0, 0]], None, "'y' is all zeros"),
        (["x", "y"], [[1.0, 0, 0], [0.0, 0, np.inf]], None, "'y' holds NaN or infinity"),
        (["x"], [[1.0, 0]], None, "the catalogue takes n x 3"),
        (["x"], np.eye(3)[:1], [], "1 ids and 0 metadata"),
        (["x", "y"], np.eye(3)[:2], [{}, {"a": {}}], "flat"),
        ("x", np.eye(3)[:1], None, "ids is one str"),
    ],
)
def test_an_add_that_is_refused_changes_nothing(filled, ids, vectors, metadata, said):
    before = filled.search(np.eye(3), 9)
    with pytest.raises(CatalogueError, match=said):
        filled.add(ids, vectors, metadata)
    assert "x" not in filled
    assert filled.search(np.eye(3), 9) == before


def test_adding_again_replaces_vector_and_metadata(filled):
    filled.add(["a"], [[0, 0, -5.0]])
    assert len(filled) == 4
    assert filled.metadata(["a"]) == [{}]
    assert filled.vectors(["a"]).tolist() == [[0, 0, -1]]
    assert filled.search([[0, 0, -1.0]], 1)[0] == [Hit("a", 1.0, {})]
    assert found(filled.search([[1.0, 0, 0]], 1)[0]) == ["d"]


def test_removing(filled):
    assert filled.remove(["a", "a", "unknown", "c"]) == 2
    assert list(filled.ids()) == ["b", "d"]
    assert "a" not in filled
    assert found(filled.search([[1.0, 0, 0]], 9)[0]) == ["d", "b"]
    assert filled.remove([]) == 0
    with pytest.raises(CatalogueError, match="ids is one str"):
        filled.remove("b")


def test_what_is_in_it(filled):
    assert "a" in filled
    assert "A" not in filled
    assert 1 not in filled
    assert "\ud800" not in filled
    assert filled.vectors(["d", "a", "d"]).tolist() == pytest.approx(
        np.array([[0.6, 0.8, 0], [1, 0, 0], [0.6, 0.8, 0]])
    )
    assert filled.vectors(["a"]).dtype == np.float32


@pytest.mark.parametrize("ask", ["vectors", "metadata"])
def test_an_unknown_id_is_named_and_one_near_it_suggested(catalogue, ask):
    catalogue.add(["shirt-1", "shirt-2"], np.eye(3)[:2])
    with pytest.raises(CatalogueError, match="no id 'shirt-11'; of those near it, did you mean 'shirt-1'"):
        getattr(catalogue, ask)(["shirt-1", "shirt-11"])


def test_ids_while_others_write(filled, monkeypatch):
    monkeypatch.setattr("fashionkit.catalogue.catalogue.IDS_AT_A_TIME", 1)
    seen = []
    for each in filled.ids():
        seen.append(each)
        filled.add([each], [[1.0, 1, 1]])
        filled.remove(["c"])
    assert seen == ["a", "b", "d"]


def test_another_catalogue_of_the_same_folder_sees_every_commit(filled, folder):
    with Catalogue.open(folder) as other:
        filled.add(["new"], [[-1.0, 0, 0]])
        assert found(other.search([[-1.0, 0, 0]], 1)[0]) == ["new"]
        other.remove(["new", "a"])
        other.add(["b"], [[-1.0, 0, 0]])
        assert found(filled.search([[-1.0, 0, 0]], 1)[0]) == ["b"]
        assert len(filled) == len(other) == 3
        # Both have written without reading the other's: each catches up with the other.
        filled.add(["p"], [[1.0, 0, 0]])
        other.add(["q"], [[1.0, 0, 0]])
        filled.add(["r"], [[1.0, 0, 0]])
        assert filled.search(np.eye(3), 9) == other.search(np.eye(3), 9)
        assert found(filled.search([[1.0, 0, 0]], 3)[0]) == ["p", "q", "r"]


def test_own_writes_read_no_vectors_back(filled, monkeypatch):
    def refuse(*_):
        pytest.fail("the index was built again")

    monkeypatch.setattr("fashionkit.catalogue.store.Store.chunks_after", refuse)
    filled.add(["a", "e"], [[0, 0, 1.0], [0, 0, 1.0]])
    filled.remove(["c"])
    assert found(filled.search([[0, 0, 1.0]], 2)[0]) == ["a", "e"]


def test_a_write_that_fails_changes_neither_disk_nor_memory(filled, folder):
    before = filled.search(np.eye(3), 9)
    connection = filled._store._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [f"item-{number}" for number in range(5000)]
    with pytest.raises(CatalogueError, match="no room left"):
        filled.add(["a", *many], np.ones((5001, 3)))
    assert filled.search(np.eye(3), 9) == before
    with Catalogue.open(folder) as other:
        assert other.search(np.eye(3), 9) == before
    connection.execute("PRAGMA max_page_count = 1000000")
    filled.add(many, np.ones((5000, 3)))
    assert len(filled) == 5004


def test_an_index_that_fails_after_the_commit_is_built_again(filled, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("fashionkit.catalogue.index.flat.FlatIndex.add", lambda *_: (_ for _ in ()).throw(MemoryError))
        filled.add(["a"], [[0, 0, -1.0]])
    assert found(filled.search([[0, 0, -1.0]], 1)[0]) == ["a"]
    assert len(filled.search([[0, 0, -1.0]], 9)[0]) == 4


def test_a_writer_that_waits_too_long(filled, folder, monkeypatch):
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    with Catalogue.open(folder) as other:
        blocker = sqlite3.connect(folder / "catalogue.sqlite", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        for write in (lambda: other.add(["x"], [[1.0, 0, 0]]), lambda: other.remove(["a"])):
            with pytest.raises(CatalogueError, match=r"kept it locked for 0\.05 s; try again"):
                write()
        # Readers do not wait for a writer.
        assert found(other.search([[1.0, 0, 0]], 1)[0]) == ["a"]
        blocker.execute("ROLLBACK")
        blocker.close()
        other.add(["x"], [[1.0, 0, 0]])
    assert "x" in filled


def test_many_threads_search_and_write(filled):
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(15):
                filled.add([f"{number}-{turn}", "shared"], [[1.0, number, turn], [0, 0, 1.0]])
                assert found(filled.search([[1.0, number, turn]], 30)[0]).count("shared") == 1
                assert filled.remove([f"{number}-{turn - 1}"]) == (turn > 0)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(filled.ids()) == sorted(["a", "b", "c", "d", "shared", *(f"{number}-14" for number in range(6))])


def test_two_writers_at_once(filled, folder):
    def work(letter: str) -> None:
        with Catalogue.open(folder) as mine:
            for number in range(20):
                mine.add([f"{letter}{number}"], [[1.0, number, 0]])

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "xyz"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(filled) == 64
    assert len(filled.search([[1.0, 0, 0]], 100)[0]) == 64


def test_a_closed_catalogue_says_so(filled):
    filled.close()
    filled.close()
    for use in (
        lambda: len(filled),
        lambda: "a" in filled,
        lambda: list(filled.ids()),
        lambda: filled.search(np.eye(3), 1),
        lambda: filled.add(["x"], [[1.0, 0, 0]]),
        lambda: filled.add([], []),
        lambda: filled.remove(["a"]),
        lambda: filled.vectors(["a"]),
        lambda: filled.metadata(["a"]),
        lambda: pickle.dumps(filled),
    ):
        with pytest.raises(CatalogueError, match="is closed; open it again"):
            use()


def test_pickling_opens_the_folder_again(filled, tmp_path, monkeypatch):
    data = pickle.dumps(filled)
    monkeypatch.chdir(tmp_path.parent)
    with pickle.loads(data) as again:
        assert not again.created
        assert again.search(np.eye(3), 9) == filled.search(np.eye(3), 9)
        assert (again.folder, again.dimension, again.fingerprint) == (filled.folder, 3, "model-1")


def test_scores_stay_within_the_cosines_range(folder):
    random = np.random.default_rng(0)
    rows = random.standard_normal((200, 37))
    with Catalogue.open(folder, dimension=37, fingerprint="f", create=True) as catalogue:
        catalogue.add([str(number) for number in range(200)], rows)
        for number, matches in enumerate(catalogue.search(rows, 200)):
            assert matches[0].id == str(number)
            assert matches[0].score == pytest.approx(1.0, abs=1e-6)
        assert all(
            -1 <= match.score <= 1 for matches in catalogue.search(np.vstack([rows, -rows]), 200) for match in matches
        )


def test_ids_can_be_filtered(tmp_path):
    with Catalogue.open(tmp_path, dimension=2, fingerprint="model", create=True) as catalogue:
        names = [f"item-{place:04}" for place in range(2500)]
        catalogue.add(names, np.ones((2500, 2)), [{"kind": "tops" if place % 3 else "shoes"} for place in range(2500)])
        assert list(catalogue.ids({"kind": "shoes"})) == names[::3]
        assert list(catalogue.ids({"or": [{"kind": "shoes"}, {"kind": "tops"}]})) == names
        assert list(catalogue.ids({"kind": "hats"})) == []
        with pytest.raises(CatalogueError):
            next(catalogue.ids({"kind": {"tops"}}))
