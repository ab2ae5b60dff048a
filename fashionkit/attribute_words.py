"""What the attributes of a garment are called, and which column of which data set says each in which words.

Like the taxonomy, this is a file that people read and edit: `fashionkit/assets/attributes.toml`. A model that was
trained with it answers the group "season" with "autumn" where the column `season` of `products` says "Fall".
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from os import PathLike
from pathlib import Path

import msgspec

from fashionkit.config import convert
from fashionkit.errors import ConfigError, first_line

SHIPPED = files("fashionkit") / "assets" / "attributes.toml"
"""The words that come with the package."""


class GroupWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a group of labels comes from.

    Attributes:
        columns: By data set, the column that says it.
        fewest: A label that fewer train photos have is left out; at least 1.
        words: Our word for a data set's, where it is another than that in lower case.
        unknown: Words of data sets that say nothing.

    >>> words = GroupWords(columns={"products": "season"}, words={"Fall": "autumn"}, unknown=frozenset({"NA"}))
    >>> [words.label(cell) for cell in ("Fall", "Winter", "NA", "")]
    ['autumn', 'winter', None, None]
    """

    columns: dict[str, str]
    fewest: int = 1
    words: dict[str, str] = {}
    unknown: frozenset[str] = frozenset()

    def label(self, cell: str) -> str | None:
        """What a cell of a data set's table says in our words; None where it says nothing."""
        return None if not cell or cell in self.unknown else self.words.get(cell, cell.lower())


class AttributeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All groups, tags and numbers. Made by `AttributeWords.load`.

    Attributes:
        groups: By name.
        tags: By data set, the column that lists tags with | between them.
        numbers: By name: by data set, the column that says it.

    >>> words = AttributeWords.load()
    >>> words.group_of("articles", "colour_master"), words.groups["colour"].label("Lilac Purple")
    ('colour', 'purple')
    """

    groups: dict[str, GroupWords]
    tags: dict[str, str] = {}
    numbers: dict[str, dict[str, str]] = {}

    @classmethod
    def load(cls, path: str | PathLike[str] | None = None) -> AttributeWords:
        """Reads a file of words; without a path, the one that comes with the package.

        Raises:
            ConfigError: The file cannot be read, is no TOML, has an unknown key or a wrong type, or two groups claim
                one column.
        """
        place = SHIPPED if path is None else Path(path)
        source = str(place)
        try:
            plain = tomllib.loads(place.read_bytes().decode())
        except OSError as error:
            raise ConfigError(f"{source}: cannot be read ({error.strerror or first_line(error)})") from error
        except (RecursionError, ValueError) as error:  # nested too deeply, no UTF-8, or no TOML
            raise ConfigError(f"{source}: no TOML in UTF-8 ({first_line(error)})") from error
        read = convert(plain, cls, source)
        read.check(source)
        return read

    def check(self, source: str) -> None:
        """Refuses what contradicts itself.

        Raises:
            ConfigError: Two groups claim one column of a set, or `fewest` is below 1; the message names the source.
        """
        taken: dict[tuple[str, str], str] = {}
        for name, group in self.groups.items():
            if group.fewest < 1:
                raise ConfigError(f"{source}: fewest of {name!r} is {group.fewest}; give at least 1")
            for place in group.columns.items():
                if place in taken:
                    raise ConfigError(
                        f"{source}: {name!r} and {taken[place]!r} both claim {place[1]!r} of {place[0]!r}"
                    )
                taken[place] = name

    def group_of(self, set_name: str, column: str) -> str | None:
        """The group that a column of a data set says; None where it says none."""
        return next((name for name, group in self.groups.items() if group.columns.get(set_name) == column), None)
