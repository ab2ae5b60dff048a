"""What is made of the settings for so many rows, and the memory that it takes; told before it is taken."""

from __future__ import annotations

import math
from dataclasses import dataclass

from fashionkit.catalogue.index.settings import IndexSettings, Kind

# Links of a row of the graph: twice as many on its lowest floor.
LINKS = 32
# Below so many rows there is nothing to train, and nothing to gain.
FEWEST_ROWS = 1_000
# A product quantiser learns 256 centres for each of its bytes.
PQ_CENTRES = 256
# Numbers that one byte of a product quantiser stands for.
PQ_NUMBERS = 4
# Rows that train a cell. FAISS wants at least 39, and reads no more than 256.
ROWS_PER_CELL = 40
# The share of the free memory that an index may take.
MOST_OF_FREE = 0.8

_KEY_BYTES = 8
_BYTES_OF = {"float32": 4, "float16": 2, "int8": 1}
_FACTORY_OF = {"float32": "Flat", "float16": "SQfp16", "int8": "SQ8"}


@dataclass(frozen=True)
class Plan:
    """An index to build.

    Attributes:
        kind: What it is.
        factory: The same in the words of FAISS's `index_factory`; "" for the exact index.
        train_rows: How many rows it is trained on; 0 where there is nothing to train.
        memory: Bytes that it takes in memory, about.
    """

    kind: Kind
    factory: str
    train_rows: int
    memory: int

    @property
    def exact(self) -> bool:
        """Whether it is the exact index, which is never built apart."""
        return not self.factory


def plan(settings: IndexSettings, rows: int, dimension: int, free: int | None = None) -> Plan:
    """What the settings mean for a catalogue.

    Args:
        settings: What was chosen.
        rows: How many there are.
        dimension: How many numbers a vector has.
        free: Bytes of memory that are free; "auto" chooses by them where given.

    >>> plan(IndexSettings(), 1_000, 256)
    Plan(kind='flat', factory='', train_rows=0, memory=1032000)
    >>> plan(IndexSettings(), 1_000_000, 256).kind, plan(IndexSettings(), 1_000_000, 256, free=10**9).kind
    ('hnsw', 'ivf-pq')
    """
    if settings.kind != "auto":
        return _plan(settings.kind, settings, rows, dimension)
    if rows < settings.exact_below or settings.recall >= 1:
        return _plan("flat", settings, rows, dimension)
    graph = _plan("hnsw", settings, rows, dimension)
    fits = free is None or graph.memory <= MOST_OF_FREE * free
    return graph if fits else _plan("ivf-pq", settings, rows, dimension)


def _plan(kind: Kind, settings: IndexSettings, rows: int, dimension: int) -> Plan:
    storage = settings.storage
    vectors = rows * dimension * _BYTES_OF[storage]
    fewest = PQ_CENTRES * ROWS_PER_CELL if kind == "ivf-pq" else FEWEST_ROWS
    if rows < fewest or (kind == "flat" and storage == "float32"):
        return Plan("flat", "", 0, rows * (dimension * _BYTES_OF["float32"] + _KEY_BYTES))
    keys = rows * _KEY_BYTES
    train_rows = min(rows, 100_000) if storage == "int8" else 0
    if kind == "flat":
        return Plan(kind, _FACTORY_OF[storage], train_rows, vectors + keys)
    if kind == "hnsw":
        # Two floors' worth of links of 4 bytes on the lowest floor, and about a thirtieth of that above.
        links = round(rows * LINKS * 2 * 4 * (1 + 1 / LINKS)) + rows * 2 * _KEY_BYTES
        return Plan(kind, f"HNSW{LINKS},{_FACTORY_OF[storage]}", train_rows, vectors + links + keys)
    cells = cells_for(rows)
    train_rows = max(train_rows, min(rows, cells * ROWS_PER_CELL))
    # The centres, the place of every row, and where it lies.
    beside = cells * dimension * 4 + 2 * rows * _KEY_BYTES + keys
    if kind == "ivf":
        return Plan(kind, f"IVF{cells},{_FACTORY_OF[storage]}", train_rows, vectors + beside)
    parts = _parts(dimension)
    return Plan(kind, f"IVF{cells},PQ{parts}x8", max(train_rows, fewest), rows * parts + beside)


def cells_for(rows: int) -> int:
    """How many cells so many rows lie in: about twice the square root.

    >>> cells_for(10_000), cells_for(1_000_000)
    (200, 2000)
    """
    return max(1, min(2 * math.isqrt(rows), rows // ROWS_PER_CELL))


def _parts(dimension: int) -> int:
    """How many bytes a vector becomes: one for every four numbers, where that goes."""
    return next(parts for parts in range(max(1, dimension // PQ_NUMBERS), 0, -1) if dimension % parts == 0)
