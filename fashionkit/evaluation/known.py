"""Whether a data set is one of the public ones whose columns are known, and not a folder that is merely called so."""

from __future__ import annotations

from collections.abc import Collection

from fashionkit.datasets.known_sets import KNOWN

OUTFITS = "outfits"
ITEM_COLUMNS = frozenset({"item", "family", "type", "fabric"})


def known_set(name: str, columns: Collection[str]) -> str:
    """The name of the public set that photos are of; "" where they are of none.

    Args:
        name: What the data set is called.
        columns: Those of its table.

    >>> known_set("clothing", ["file", "split", "label", "kids", "group", "source"]), known_set("clothing", ["file"])
    ('clothing', '')
    """
    needs = ITEM_COLUMNS if name == OUTFITS else KNOWN[name].needs if name in KNOWN else None
    return name if needs is not None and needs <= set(columns) else ""
