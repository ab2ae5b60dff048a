"""Search among the rows that a filter leaves: 1, 10 and 50 of 100."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.search.kinds import K, places, recall, truth
from benchmarks.search.stores import catalogue_folder
from benchmarks.search.timing import in_turns
from benchmarks.search.vectors import Workload
from fashionkit.catalogue import Catalogue, IndexSettings

SHARES = (1, 10, 50)
ASKED = 64


def filters(work: Workload, folder: Path, kinds: list[str]) -> dict[str, Any]:
    """By kind of index and share: recall@10, and queries a second one by one."""
    asked = Workload(work.base, work.queries[:ASKED], work.real)
    found: dict[str, Any] = {}
    for kind in ("flat", *kinds):
        with Catalogue.open(catalogue_folder(folder), index=IndexSettings(kind, recall=0.9)) as catalogue:  # type: ignore[arg-type]
            if catalogue.index_info().kind != kind:
                catalogue.build_index()
            found[kind] = {
                f"{share} %": _measured(asked, share, lambda where: _searched(catalogue, asked, where))
                for share in SHARES
            }
    if find_spec("lancedb"):
        import lancedb  # noqa: PLC0415

        table = lancedb.connect(folder / "lance").open_table("items")
        found["LanceDB, exact"] = {
            f"{share} %": _measured(asked, share, lambda where: _lance(table, asked, where)) for share in SHARES
        }
    return found


def _measured(work: Workload, share: int, search: Any) -> dict[str, float]:
    rows = np.flatnonzero(np.arange(len(work.base)) % 100 < share)
    found = search(share)
    return {
        "recall": recall(found, truth(work, rows)),
        "queries/s": ASKED / in_turns({"it": lambda: search(share)}, 3)["it"],
    }


def _searched(catalogue: Catalogue, work: Workload, share: int) -> Any:
    where = {"share": {"<": share}}
    return places([catalogue.search(query[None], K, where)[0] for query in work.queries])


def _lance(table: Any, work: Workload, share: int) -> Any:
    def one(query: Any) -> list[int]:
        hits = table.search(query).distance_type("dot").where(f"share < {share}", prefilter=True).limit(K).to_list()
        return [int(hit["id"].removeprefix("item-")) for hit in hits]

    return np.array([one(query) for query in work.queries])
