"""Search on graphics cards: all but the cards themselves is tested with copies that stay on the processor."""

from __future__ import annotations

import os
import re

import faiss
import numpy as np
import pytest
from rows_in_memory import ArrayRows, clustered

from fashionkit.catalogue import Catalogue, IndexSettings
from fashionkit.catalogue.index import FlatIndex, gpu_copy
from fashionkit.catalogue.index.approximate import ApproximateIndex
from fashionkit.catalogue.index.build import build
from fashionkit.catalogue.index.check import check_index
from fashionkit.catalogue.index.gpu_copy import MOST_FETCHED, GpuCopy
from fashionkit.catalogue.index.gpu_probe import Gpus, _probed, usable_gpus
from fashionkit.catalogue.index.plan import plan

pytestmark = pytest.mark.light


class Copies:
    """Copies indexes within the processor's memory, and counts."""

    def __init__(self):
        self.count = 0

    def __call__(self, index):
        self.count += 1
        return faiss.clone_index(index)


def fails(index):
    raise RuntimeError("out of memory on device 0")


def rows(count, dimension=16):
    return clustered(count, dimension)


def test_an_index_with_copies_keeps_the_contract():
    def made(keys, vectors):
        index = FlatIndex(vectors.shape[1], GpuCopy("replicate", Copies()))
        index.add(keys, vectors)
        return index

    check_index(made)


def test_what_a_copy_finds_is_what_the_index_finds():
    vectors, queries = rows(3_000), rows(70)
    copies = Copies()
    alone, copied = FlatIndex(16), FlatIndex(16, GpuCopy("replicate", copies))
    for index in (alone, copied):
        index.add(np.arange(3_000), vectors)
    for k in (1, 10, 100, MOST_FETCHED + 1):
        for one, other in zip(alone.nearest(queries, k), copied.nearest(queries, k), strict=True):
            assert dict(zip(one.keys, one.scores, strict=True)) == dict(zip(other.keys, other.scores, strict=True))
    assert copies.count == 1


def test_a_copy_is_made_anew_where_rows_came_or_went():
    vectors, copies = rows(300), Copies()
    index = FlatIndex(16, GpuCopy("shard", copies))
    index.add(np.arange(200), vectors[:200])
    assert index.nearest(vectors[:1], 1)[0].keys.tolist() == [0]
    index.add(np.arange(200, 300), vectors[200:])
    assert index.nearest(vectors[250:251], 1)[0].keys.tolist() == [250]
    index.remove(np.array([250]))
    assert index.nearest(vectors[250:251], 1)[0].keys.tolist() != [250]
    assert copies.count == 3


@pytest.mark.parametrize("kind", ["ivf", "hnsw"])
def test_a_trained_index_looks_into_as_many_cells_there(kind):
    stored = ArrayRows(np.arange(4_000), rows(4_000, 32))
    trained = build(plan(IndexSettings(kind, recall=0.5), 4_000, 32), stored, 0.5)
    copies, queries = Copies(), rows(40, 32)
    alone = ApproximateIndex(trained, stored.read)
    copied = ApproximateIndex(trained, stored.read, GpuCopy("replicate", copies))
    for one, other in zip(alone.nearest(queries, 10), copied.nearest(queries, 10), strict=True):
        assert sorted(one.keys) == sorted(other.keys)
    assert copies.count == (kind != "hnsw")


def test_filters_are_the_processors():
    copies = Copies()
    index = FlatIndex(16, GpuCopy("replicate", copies))
    index.add(np.arange(50), rows(50))
    assert index.nearest(rows(1), 3, np.array([4, 5]))[0].keys.size == 2
    assert not copies.count


def test_a_card_that_fails_is_told_once_and_not_asked_again():
    vectors = rows(50)
    index = FlatIndex(16, GpuCopy("replicate", fails))
    index.add(np.arange(50), vectors)
    with pytest.warns(UserWarning, match="on the processor: the GPU failed \\(out of memory on device 0\\)"):
        assert index.nearest(vectors[7:8], 1)[0].keys.tolist() == [7]
    assert index.nearest(vectors[8:9], 1)[0].keys.tolist() == [8]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")
def test_a_forked_child_leaves_the_cards_alone(monkeypatch):
    copies = Copies()
    copy = GpuCopy("replicate", copies)
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert copy.search(faiss.IndexFlatIP(4), np.eye(4, dtype=np.float32), 1) is None
    assert not copies.count


def test_without_a_card_a_warning_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu_copy, "usable_gpus", lambda: Gpus(0, "FAISS finds no GPU"))
    with (
        pytest.warns(UserWarning, match="searched on the processor: FAISS finds no GPU"),
        Catalogue.open(
            tmp_path, dimension=2, fingerprint="f", create=True, index=IndexSettings("flat", gpus="replicate")
        ) as catalogue,
    ):
        catalogue.add(["a", "b"], np.eye(2, dtype=np.float32))
        assert catalogue.search(np.array([[0.0, 1.0]]), 1)[0][0].id == "b"


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("raise SystemExit('cuda:0 finds the wrong rows')", r"failed \(cuda:0 finds the wrong rows\)"),
        ("import os; os.abort()", r"failed \(.*-6\)"),
        ("print('searched on', 0)", "FAISS finds no GPU"),
    ],
)
def test_a_probe_that_fails_or_dies_is_a_reason(code, problem):
    found = _probed(code)
    assert found.count == 0
    assert re.search(problem, found.problem)


def test_the_same_results_on_cards():
    if not usable_gpus().count:
        pytest.skip(f"no GPU to search on: {usable_gpus().problem}")
    vectors, queries = rows(20_000, 64), rows(100, 64)
    alone = FlatIndex(64)
    alone.add(np.arange(20_000), vectors)
    for spread in ("replicate", "shard"):
        on_cards = FlatIndex(64, GpuCopy(spread))
        on_cards.add(np.arange(20_000), vectors)
        for one, other in zip(alone.nearest(queries, 10), on_cards.nearest(queries, 10), strict=True):
            assert dict(zip(one.keys, one.scores, strict=True)) == dict(zip(other.keys, other.scores, strict=True))
