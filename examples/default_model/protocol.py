"""What a checkpoint leaves out of its training, so that a question can be put to it fairly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
from labels import HERE, Labels
from tables import Photo, Tables, read_rows

from fashionkit.datasets import OutfitSet

FILE = HERE / "protocols.toml"
LEFT_OUT = "left out"
TABLES = ("outfits", "fitb", "compatibility")


class Protocol(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out; nothing where all is empty.

    Attributes:
        types: Photos that may show one of these types.
        tags: Street photos with one of these tags.
        eras: Outfits of these eras, and their items.
        also: What these protocols leave out as well.
    """

    types: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    eras: frozenset[str] = frozenset()
    also: tuple[str, ...] = ()

    @classmethod
    def named(cls, name: str) -> Protocol:
        """One of `protocols.toml`, or "mixed": nothing is left out."""
        if name == "mixed":
            return cls()
        first = protocols()[name]
        every = [first, *map(cls.named, first.also)]
        return cls(
            types=frozenset().union(*(each.types for each in every)),
            tags=frozenset().union(*(each.tags for each in every)),
            eras=frozenset().union(*(each.eras for each in every)),
        )

    def photos(self, tables: Tables, labels: Labels, data: Path) -> Tables:
        """The tables with what is left out in a split of its own, neither train nor val."""
        items = self._items(data)

        def split(photo: Photo) -> str:
            return LEFT_OUT if self._leaves_out(photo, labels, items) else photo.split

        return {name: [replace(photo, split=split(photo)) for photo in photos] for name, photos in tables.items()}

    def outfits(self, data: OutfitSet, tables: Tables) -> OutfitSet:
        """Outfits and questions of which no item is left out."""
        out = frozenset(photo.row["item"] for photo in tables["outfits"] if photo.split == LEFT_OUT)
        return replace(
            data,
            outfits=tuple(each for each in data.outfits if out.isdisjoint(each.items)),
            questions=tuple(
                each for each in data.questions if out.isdisjoint((*each.context, each.answer, *each.wrong))
            ),
            judged=tuple(each for each in data.judged if out.isdisjoint(each.items)),
            pool_of={item: pool for item, pool in data.pool_of.items() if item not in out},
        )

    def _leaves_out(self, photo: Photo, labels: Labels, items: frozenset[str]) -> bool:
        if photo.set == "street":
            return not self.tags.isdisjoint(photo.row["tags"].split("|"))
        return photo.row.get("item") in items or not self.types.isdisjoint(labels.types(photo))

    def _items(self, data: Path) -> frozenset[str]:
        if not self.eras:
            return frozenset()
        rows = (
            row for name in TABLES for row in read_rows(data / "outfits" / f"{name}.csv") if row["era"] in self.eras
        )
        cells = (row.get(column, "") for row in rows for column in ("items", "context", "answer", "wrong"))
        return frozenset(item for cell in cells for item in cell.split())


def protocols() -> dict[str, Protocol]:
    """Those of `protocols.toml`, by name."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, Protocol])
