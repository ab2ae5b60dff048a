"""The index that is kept beside the rows: quick to open, never wrong, and built while others search."""

from __future__ import annotations

import pickle
import shutil
import sqlite3
import threading

import numpy as np
import pytest
from rows_in_memory import clustered

from fashionkit.catalogue import Catalogue, IndexSettings, live, memory, rebuild, snapshot, store, waiting
from fashionkit.catalogue.database import FILE_NAME
from fashionkit.catalogue.index import FlatIndex, build
from fashionkit.catalogue.store import Store
from fashionkit.errors import CatalogueError

pytestmark = pytest.mark.light
ROWS, DIMENSION = 1_200, 24
GRAPH = IndexSettings("hnsw", recall=0.9)
NAMES = [f"item-{place:04}" for place in range(ROWS)]
VECTORS = clustered(ROWS)


def opened(folder, index="flat"):
    return Catalogue.open(folder, dimension=DIMENSION, fingerprint="f", create=True, index=index)


@pytest.fixture
def folder(tmp_path):
    """A catalogue with a graph beside it, closed."""
    with opened(tmp_path / "c", GRAPH) as catalogue:
        catalogue.add(NAMES, VECTORS, [{"even": place % 2 == 0} for place in range(ROWS)])
        assert catalogue.build_index().kind == "hnsw"
    return tmp_path / "c"


def found(catalogue, queries=VECTORS[:40], k=5, **asked):
    return [[(hit.id, hit.score) for hit in hits] for hits in catalogue.search(queries, k, **asked)]


def exact(folder, **asked):
    with opened(folder) as catalogue:
        return found(catalogue, **asked)


def agree(some, others):
    """Nearly all of the hits are the same, and all scores of them."""
    pairs = [({*mine}, {*theirs}) for mine, theirs in zip(some, others, strict=True)]
    return sum(len(mine & theirs) for mine, theirs in pairs) >= 0.9 * sum(len(theirs) for _, theirs in pairs)


def test_opening_reads_the_index_and_no_row(folder, monkeypatch):
    def no_row(*_):
        raise AssertionError("a row was read")

    expected = exact(folder)
    monkeypatch.setattr(Store, "_unpacked", lambda store, rows: no_row() if rows else np.empty((0, DIMENSION), "f4"))
    with opened(folder, GRAPH) as catalogue:
        info = catalogue.index_info()
        assert (info.kind, info.rows, info.building, info.problem) == ("hnsw", ROWS, False, "")
        assert 0.9 <= info.recall <= 1
        assert agree(found(catalogue), expected)


def test_the_vectors_themselves_are_kept_too(tmp_path, monkeypatch):
    with opened(tmp_path) as catalogue:
        catalogue.add(NAMES, VECTORS)
        expected = found(catalogue)
        assert catalogue.build_index().kind == "flat"
        assert found(catalogue) == expected
    rows = []
    monkeypatch.setattr(Store, "chunks_after", counted(Store.chunks_after, rows))
    with opened(tmp_path) as catalogue:
        assert found(catalogue) == expected
        # Nothing has changed since, so nothing is read.
        assert rows == []
        catalogue.add(["new"], clustered(1, seed=5))
    with opened(tmp_path, "auto") as catalogue:
        assert len(catalogue) == catalogue.index_info().rows == ROWS + 1
        assert rows == [1]


def counted(method, rows):
    def counting(*asked):
        for keys, vectors in method(*asked):
            rows.append(len(keys))
            yield keys, vectors

    return counting


def test_after_a_large_import_the_vectors_that_were_kept_are_read_and_not_their_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "EXACT_BELOW", 500)
    monkeypatch.setattr(waiting, "MOST_BYTES", 1_000)
    rows = []
    with opened(tmp_path) as catalogue:
        monkeypatch.setattr(Store, "chunks_after", counted(Store.chunks_after, rows))
        catalogue.add(NAMES[:1_000], VECTORS[:1_000])
        catalogue._background.join()
        catalogue.add(NAMES[1_000:], VECTORS[1_000:])
        catalogue.remove(NAMES[:10])
        hits = found(catalogue)
        assert rows == [ROWS - 1_000]
        assert found(catalogue) == hits == exact(tmp_path)


@pytest.fixture
def openings(monkeypatch):
    """How often an index was opened."""
    seen = []
    opened_index = live.LiveIndex._opened
    monkeypatch.setattr(live.LiveIndex, "_opened", lambda *asked: seen.append(1) or opened_index(*asked))
    return seen


def test_an_index_that_lost_rows_is_not_opened_again_for_every_batch(folder, monkeypatch, openings):
    with opened(folder, GRAPH) as catalogue:
        catalogue.remove(NAMES[:20])
        monkeypatch.setattr(waiting, "MOST_BYTES", 1_000)
        for turn in range(3):
            catalogue.add(NAMES[20:30], VECTORS[20 + turn : 30 + turn])
            assert catalogue.index_info().rows == ROWS - 20
    assert len(openings) == 1


def test_a_build_that_failed_is_not_tried_again_because_of_a_search(tmp_path, monkeypatch, openings):
    def fail(*_):
        tries.append(1)
        raise CatalogueError("no")

    tries = []
    monkeypatch.setattr("fashionkit.catalogue.catalogue.rebuild", fail)
    monkeypatch.setattr(waiting, "MOST_BYTES", 1_000)
    with opened(tmp_path, GRAPH) as catalogue:
        for name, vector in zip(NAMES[:3], (VECTORS[:1000], VECTORS[1000:1050], VECTORS[1050:1100]), strict=True):
            catalogue.add([f"{name}-{place}" for place in range(len(vector))], vector)
            catalogue._background.join()
            assert catalogue.index_info().problem == "no"
    assert (len(tries), len(openings)) == (1, 1)


@pytest.mark.parametrize("when", ["_begin_counting", "caught_up"])
def test_an_interrupt_while_an_index_is_adopted_loses_and_doubles_nothing(tmp_path, monkeypatch, when):
    def interrupted(*_):
        raise KeyboardInterrupt

    with opened(tmp_path, GRAPH) as catalogue:
        catalogue.add(NAMES, VECTORS)
        catalogue._background.join()
        catalogue.add(["new"], clustered(1, seed=5))
        with monkeypatch.context() as patch:
            patch.setattr(live.LiveIndex, when, interrupted)
            with pytest.raises(KeyboardInterrupt):
                catalogue.build_index()
        (hits,) = catalogue.search(clustered(1, seed=5), ROWS + 9)
        assert len({hit.id for hit in hits}) == len(hits) == catalogue.index_info().rows == ROWS + 1


def test_an_error_that_is_kept_keeps_nothing_open(tmp_path, monkeypatch):
    with opened(tmp_path) as catalogue, opened(tmp_path) as other:
        other.add(NAMES, VECTORS)
        with monkeypatch.context() as patch:
            patch.setattr(store, "ROWS_AT_A_TIME", 100)
            patch.setattr(FlatIndex, "add", lambda *_: (_ for _ in ()).throw(MemoryError("none left")))
            with pytest.raises(CatalogueError, match="not enough memory") as kept:
                found(catalogue)
        other.add(["new"], VECTORS[:1])
        assert len(catalogue) == ROWS + 1
        catalogue.add(["newer"], VECTORS[:1])
        assert isinstance(kept.value.__cause__, MemoryError)


def test_rows_come_and_go_above_an_index(folder):
    with opened(folder, GRAPH) as catalogue:
        new = clustered(30, seed=3)
        catalogue.add([f"new-{place}" for place in range(30)], new)
        catalogue.add(NAMES[:2], new[:2])
        assert catalogue.remove(NAMES[100:600]) == 500
        assert [hits[0][0] for hits in found(catalogue, new[2:], 1)] == [f"new-{place}" for place in range(2, 30)]
        assert {name for name, _ in found(catalogue, new[:1], 2)[0]} == {"new-0", NAMES[0]}
        assert agree(found(catalogue), exact(folder))
        assert agree(found(catalogue, where={"even": True}), exact(folder, where={"even": True}))
        with opened(folder, GRAPH) as another:
            assert another.index_info().kind == "hnsw"
            assert found(another) == found(catalogue)
        assert len(found(catalogue, k=10_000)[0]) == len(catalogue) == ROWS + 30 - 500


def test_few_rows_that_a_filter_leaves_are_compared_one_by_one(tmp_path):
    with opened(tmp_path, GRAPH) as catalogue:
        catalogue.add(NAMES, VECTORS, [{"rare": place % 100 == 0} for place in range(ROWS)])
        catalogue.build_index()
        assert found(catalogue, where={"rare": True}) == exact(tmp_path, where={"rare": True})


@pytest.mark.parametrize("other", ["flat", "ivf", IndexSettings("hnsw", recall=1.0), IndexSettings(recall=1.0)])
def test_another_wish_does_not_get_the_index_that_is_there(folder, other):
    with opened(folder, other) as catalogue:
        # A graph that happens to find everything is as good as was asked for.
        assert catalogue.index_info().kind == "flat" or catalogue.index_info().recall == 1
        assert agree(found(catalogue), exact(folder))


def files_of(folder):
    return sorted(path for path in (folder / snapshot.FOLDER).rglob("*") if path.is_file())


@pytest.mark.parametrize("harm", ["flip", "cut", "grow", "empty", "lose"])
@pytest.mark.parametrize("name", [snapshot.MANIFEST, snapshot.KEYS, snapshot.INDEX])
def test_a_damaged_file_is_not_taken_for_the_index(folder, name, harm):
    (path,) = (path for path in files_of(folder) if path.name == name)
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[len(data) // 2] ^= 4
    kept = {"flip": data, "cut": data[:-9], "grow": data + b"x", "empty": b""}.get(harm)
    path.unlink() if kept is None else path.write_bytes(kept)
    expected = exact(folder)
    with opened(folder, GRAPH) as catalogue:
        assert catalogue.index_info().kind == "flat"
        assert found(catalogue) == expected
        assert catalogue.build_index().kind == "hnsw"
    with opened(folder, GRAPH) as catalogue:
        assert catalogue.index_info().kind == "hnsw"
    assert len(files_of(folder)) == 3


def test_an_index_of_other_rows_is_not_taken(folder, tmp_path):
    """A copy of the file from before, and the index of a later one."""
    shutil.copytree(folder, tmp_path / "before")
    with opened(tmp_path / "before", GRAPH) as catalogue:
        catalogue.remove(NAMES[:50])
        catalogue.build_index()
    shutil.rmtree(folder / snapshot.FOLDER)
    shutil.copytree(tmp_path / "before" / snapshot.FOLDER, folder / snapshot.FOLDER)
    with opened(folder, GRAPH) as catalogue:
        assert catalogue.index_info().kind == "flat"
        assert len(catalogue) == catalogue.index_info().rows == ROWS


@pytest.mark.parametrize("said", ["../../../etc", "", "x" * 64, "0" * 63 + "/", "é" * 64])
def test_what_a_stranger_says_is_the_index(folder, said):
    connection = sqlite3.connect(folder / FILE_NAME)
    connection.execute("UPDATE snapshot SET manifest = ?", (said,))
    connection.commit()
    connection.close()
    with opened(folder, GRAPH) as catalogue:
        assert catalogue.index_info().kind == "flat"
        assert found(catalogue) == exact(folder)


def test_an_index_is_built_beside_while_others_search(tmp_path):
    wish = IndexSettings(recall=0.9, exact_below=1_000)
    with opened(tmp_path, wish) as catalogue:
        catalogue.add(NAMES[:900], VECTORS[:900])
        assert not catalogue.index_info().building
        catalogue.add(NAMES[900:], VECTORS[900:])
        answers = [found(catalogue, VECTORS[:3]) for _ in range(20)]
        catalogue._background.join()
        assert catalogue.index_info().kind == "hnsw"
        assert all(agree(each, exact(tmp_path, queries=VECTORS[:3])) for each in answers)
        # A few more are no reason to begin again.
        catalogue.add(["more"], clustered(1, seed=9))
        assert not catalogue.index_info().building
        assert found(catalogue, clustered(1, seed=9), 1)[0][0][0] == "more"
    with opened(tmp_path, wish) as catalogue:
        assert catalogue.index_info().kind == "hnsw"


def test_closing_gives_up_what_is_being_built(tmp_path, monkeypatch):
    began = threading.Event()

    def slow(rows):
        began.set()
        for chunk in chunks(rows):
            while not catalogue._background._stop.is_set():
                pass
            yield chunk

    chunks = rebuild.StoredRows.chunks
    monkeypatch.setattr(rebuild.StoredRows, "chunks", slow)
    catalogue = opened(tmp_path, IndexSettings(recall=0.9, exact_below=1_000))
    catalogue.add(NAMES, VECTORS)
    assert began.wait(30)
    assert catalogue.index_info().building
    catalogue.close()
    monkeypatch.undo()
    assert len(exact(tmp_path)[0]) == 5
    assert files_of(tmp_path) == []


def test_what_is_built_beside_and_fails_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda: 1)
    with opened(tmp_path, GRAPH) as catalogue:
        catalogue.add(NAMES, VECTORS)
        catalogue._background.join()
        assert "GiB of memory" in catalogue.index_info().problem
        assert found(catalogue, k=1)[3][0][0] == NAMES[3]
        with pytest.raises(CatalogueError, match="GiB are free"):
            catalogue.build_index()
    with pytest.raises(CatalogueError, match="the vectors of the catalogue takes"):
        opened(tmp_path)
    monkeypatch.undo()
    assert len(exact(tmp_path)) == 40


def test_a_full_disk_leaves_the_index_that_was_there(folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = files_of(folder)
    with opened(folder, GRAPH) as catalogue:
        catalogue.add(["new"], VECTORS[:1])
        monkeypatch.setattr(snapshot, "_described", full)
        with pytest.raises(CatalogueError, match="free room on the disk"):
            catalogue.build_index()
        assert found(catalogue, VECTORS[:1], 2)[0][1][0] == "new"
    assert files_of(folder) == before


def test_an_index_that_does_not_reach_its_recall_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "EFFORTS", (1,))
    wish = IndexSettings("ivf", recall=1.0)
    with opened(tmp_path, wish) as catalogue:
        catalogue.add(NAMES, VECTORS)
        info = catalogue.build_index()
        assert (info.kind, info.problem) == ("flat", "no ivf reaches the recall")
    with opened(tmp_path, wish) as catalogue:
        assert catalogue.index_info().rows == ROWS


def test_a_catalogue_of_the_first_format_is_brought_up(tmp_path):
    with opened(tmp_path) as catalogue:
        catalogue.add(NAMES, VECTORS)
        expected = found(catalogue)
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    connection.execute("DROP TABLE snapshot")
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with opened(tmp_path, GRAPH) as catalogue:
        assert agree(found(catalogue), expected)
        assert catalogue.build_index().kind == "hnsw"
        assert catalogue.verify().sound


def test_a_copy_in_another_process_has_the_same_index(folder):
    with opened(folder, GRAPH) as catalogue, pickle.loads(pickle.dumps(catalogue)) as copy:
        assert copy.index_info() == catalogue.index_info()
        assert found(copy) == found(catalogue)


def test_grouping_and_diversity_choose_from_what_an_index_finds(folder):
    with opened(folder, GRAPH) as catalogue:
        groups = catalogue.search(VECTORS[:5], 5, group_by="even")
        assert [sorted(hit.metadata["even"] for hit in hits) for hits in groups] == [[False, True]] * 5
        assert all(len(hits) == 5 for hits in catalogue.search(VECTORS[:5], 5, diversity=0.3))
        assert catalogue.duplicates() == []


def test_memory_is_told_where_the_system_says_it(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "GROUP_LIMIT", tmp_path / "max")
    monkeypatch.setattr(memory, "GROUP_USED", tmp_path / "current")
    assert memory.free_memory() is None
    memory.check_memory(2**60, "anything")
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    2048 kB\n")
    assert memory.free_memory() == 2**21
    (tmp_path / "max").write_text("max\n")
    assert memory.free_memory() == 2**21
    (tmp_path / "max").write_text("1500000\n")
    (tmp_path / "current").write_text("500000\n")
    assert memory.free_memory() == 10**6


def test_the_share_that_may_change_is_small(folder):
    assert 0 < live.MOST_CHANGED < 0.5
    with opened(folder, GRAPH) as catalogue:
        more = int(live.MOST_CHANGED * ROWS) + 1
        catalogue.add([f"more-{place}" for place in range(more)], clustered(more, seed=4))
        catalogue._background.join()
        assert len(catalogue._index._index.tail) == 0


def test_many_threads_search_and_write_while_indexes_are_built(tmp_path):
    wish = IndexSettings("hnsw", recall=0.8)
    draw, state, faults = np.random.default_rng(0), {}, []
    done = threading.Event()

    def search(catalogue):
        while not done.is_set():
            try:
                hits = catalogue.search(VECTORS[:2], 10)
                assert all(len({hit.id for hit in each}) == len(each) == 10 for each in hits)
            except BaseException as error:  # for the thread that asserts
                faults.append(error)
                return

    with opened(tmp_path, wish) as catalogue:
        catalogue.add(NAMES, VECTORS)
        state.update(zip(NAMES, VECTORS, strict=True))
        others = [threading.Thread(target=search, args=(catalogue,)) for _ in range(3)]
        for other in others:
            other.start()
        for turn in range(12):
            names = [f"turn-{turn}-{place}" for place in range(100)]
            vectors = clustered(100, seed=turn)
            catalogue.add(names, vectors)
            state.update(zip(names, vectors, strict=True))
            gone = draw.choice(sorted(state), 30, replace=False).tolist()
            assert catalogue.remove(gone) == 30
            for name in gone:
                del state[name]
        done.set()
        for other in others:
            other.join()
        catalogue._background.join()
        assert faults == []
        assert list(catalogue.ids()) == sorted(state)
        assert catalogue.index_info().rows == len(state)
        assert catalogue.index_info().kind == "hnsw"
        nearest = catalogue.search(np.stack([state[name] for name in sorted(state)[:50]]), 1)
        assert sum(hits[0].id == name for hits, name in zip(nearest, sorted(state), strict=False)) > 45
