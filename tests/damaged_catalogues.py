"""A small catalogue, its files damaged in every way that chance finds, and what comes of asking them."""

from __future__ import annotations

import contextlib
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from fashionkit.catalogue import Catalogue
from fashionkit.catalogue.database import FILE_NAME, PAGE_BYTES
from fashionkit.catalogue.verify import verify_folder
from fashionkit.errors import CatalogueError

DIMENSION = 8
ITEMS = 40
HEADER = 100
SECTOR = 512
WAL = f"{FILE_NAME}-wal"
QUERIES = np.eye(DIMENSION)
SAME, REFUSED, SEEN = "same", "refused", "seen by verify"


def build(folder: Path) -> None:
    """Makes a folder with `whole`, which was closed, and `killed`, whose last commits are only in its WAL."""
    folder.mkdir()
    vectors = np.random.default_rng(0).standard_normal((ITEMS, DIMENSION))
    names = [f"衣/item-{number}" for number in range(ITEMS)]
    known = [{"kind": "tops" if number % 2 else "shoes", "price": number} for number in range(ITEMS)]
    with Catalogue.open(folder / "whole", dimension=DIMENSION, fingerprint="model-1", create=True) as catalogue:
        catalogue.add(names, vectors, known)
        catalogue.remove(names[3:6])
    with Catalogue.open(folder / "whole") as catalogue:
        for number in range(3):
            keep(folder / f"state-{number}", catalogue.folder)
            catalogue.add([f"late-{number}"], vectors[number : number + 1] + 0.1, [{"kind": "tops"}])
        keep(folder / "killed", catalogue.folder)
    shutil.rmtree(folder / "whole")
    keep(folder / "whole", folder / "state-0")


def keep(there: Path, folder: Path) -> None:
    """The files as a kill would leave them now."""
    there.mkdir()
    for name in (FILE_NAME, WAL):
        if (folder / name).exists():
            shutil.copyfile(folder / name, there / name)


def answers(folder: Path) -> list[object]:
    """All that a catalogue says."""
    with Catalogue.open(folder) as catalogue:
        names = list(catalogue.ids())
        return [
            (catalogue.dimension, catalogue.fingerprint, len(catalogue), names),
            catalogue.metadata(names),
            catalogue.vectors(names).tobytes(),
            catalogue.search(QUERIES, 5),
            catalogue.search(QUERIES, 50, {"kind": "tops"}),
        ]


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with something wrong."""
    return chance.choice(DAMAGES)(bytearray(content), chance)


def _flipped(content: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 1, 4, 16))):
        content[_place(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(content)


def _place(content: bytearray, chance: random.Random) -> int:
    """Half of them anywhere, and the others where they hurt: in the header, or where something is written."""
    if chance.random() < 0.15:
        return chance.randrange(min(HEADER, len(content)))
    place = chance.randrange(len(content))
    for _ in range(chance.choice((0, 30))):
        if content[place]:
            break
        place = chance.randrange(len(content))
    return place


def _cut(content: bytearray, chance: random.Random) -> bytes:
    length = chance.choice((chance.randrange(len(content)), chance.randrange(len(content) // SECTOR) * SECTOR))
    return bytes(content[:length])


def _lost_sector(content: bytearray, chance: random.Random) -> bytes:
    start = _place(content, chance) // SECTOR * SECTOR
    content[start : start + SECTOR] = bytes(len(content[start : start + SECTOR]))
    return bytes(content)


def _swapped(content: bytearray, chance: random.Random) -> bytes:
    size = chance.choice((SECTOR, PAGE_BYTES))
    one, other = (chance.randrange(len(content) // size) * size for _ in range(2))
    content[one : one + size], content[other : other + size] = content[other : other + size], content[one : one + size]
    return bytes(content)


def _overwritten(content: bytearray, chance: random.Random) -> bytes:
    start = _place(content, chance)
    content[start : start + chance.randint(1, 40)] = chance.randbytes(chance.randint(0, 40))
    return bytes(content)


DAMAGES: list[Callable[[bytearray, random.Random], bytes]] = [_flipped, _flipped, _flipped, _cut, _lost_sector]
DAMAGES += [_swapped, _overwritten]


def outcomes(kept: str, numbers: Iterable[int], scratch: str) -> Counter[tuple[str, str]]:
    """Damages the file in every other case, and the WAL of a killed one in the others, and counts what comes of it.

    Raises:
        AssertionError: An answer was wrong, and `verify` did not see why.
    """
    source = Path(kept)
    Path(scratch).mkdir()
    whole = answers_of(source / "whole", Path(scratch))
    earlier = [answers_of(source / f"state-{number}", Path(scratch)) for number in range(3)]
    earlier.append(answers_of(source / "killed", Path(scratch)))
    counts: Counter[tuple[str, str]] = Counter()
    for number in numbers:
        chance = random.Random(number)  # noqa: S311 - to repeat, not to hide
        hurt, right = (FILE_NAME, [whole]) if number % 4 else (WAL, earlier)
        folder = Path(scratch) / str(number)
        shutil.copytree(source / ("whole" if number % 4 else "killed"), folder)
        (folder / hurt).write_bytes(damaged((folder / hurt).read_bytes(), chance))
        # A frame of a WAL that is damaged, and all after it, were never written, says SQLite: a state of before.
        outcome = _outcome(folder, right)
        assert outcome, f"case {number} answers wrongly"
        _change(folder)
        counts[hurt, outcome] += 1
        shutil.rmtree(folder)
    return counts


def answers_of(folder: Path, scratch: Path) -> list[object]:
    """What a kept folder answers; asked of a copy, as asking moves the WAL into the file."""
    copy = scratch / f"{folder.name}-asked"
    shutil.copytree(folder, copy)
    try:
        return answers(copy)
    finally:
        shutil.rmtree(copy)


def _outcome(folder: Path, right: list[list[object]]) -> str | None:
    try:
        same = answers(folder) in right
    except CatalogueError:
        return REFUSED
    return SAME if same else SEEN if _is_seen(folder) else None


def _is_seen(folder: Path) -> bool:
    try:
        return not verify_folder(folder).sound
    except CatalogueError:
        return True


def _change(folder: Path) -> None:
    """Whatever is damaged: to write to it, and to look through it, ends well or in the one error too."""
    for use in (_written, verify_folder):
        with contextlib.suppress(CatalogueError):
            use(folder)


def _written(folder: Path) -> None:
    with Catalogue.open(folder) as catalogue:
        catalogue.add(["衣/item-1", "new"], np.ones((2, DIMENSION)))
        catalogue.remove(["衣/item-2"])
        catalogue.compact()
