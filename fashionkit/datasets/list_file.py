"""The lists that DeepFashion comes in: how many rows, the names of the columns, then the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from fashionkit.errors import DataError, first_line
from fashionkit.images.source import one_line

MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ListFile:
    """One list.

    Attributes:
        path: The file.
    """

    path: Path

    def rows(self, cells: int) -> Iterator[tuple[str, list[str]]]:
        """Where each row stands, and its cells; the first cell may hold spaces, the others do not.

        Args:
            cells: How many there are.

        Raises:
            DataError: The file cannot be read, a row has another number of cells, or there are more or fewer rows than
                the first line says.
        """
        name, found = one_line(str(self.path)), 0
        try:
            with self.path.open(encoding="utf-8-sig") as file:
                claimed = _count(file.readline(), name)
                file.readline()
                for line, text in enumerate(file, 3):
                    row = text.rsplit(maxsplit=cells - 1)
                    if not row:
                        continue
                    if len(row) != cells:
                        raise DataError(f"{name}, line {line}: {len(row)} cells, where {cells} belong")
                    found += 1
                    yield f"{name}, line {line}", [row[0].strip(), *row[1:]]
        except OSError as error:
            raise DataError(f"{name}: cannot be read ({error.strerror or first_line(error)})") from error
        except UnicodeDecodeError as error:
            raise DataError(f"{name}: this is no UTF-8; download it again") from error
        if found != claimed:
            raise DataError(f"{name}: {found:,} rows, where its first line says {claimed:,}; download it again")


def find_list(folder: Path, name: str, places: Sequence[str]) -> ListFile | None:
    """A list in one of several folders; None where it is in none.

    Args:
        folder: Of the data set.
        name: Of the file.
        places: Folders within it, the first that has it counts.
    """
    paths = (folder / place / name for place in places)
    return next((ListFile(path) for path in paths if path.is_file()), None)


def need_list(folder: Path, name: str, places: Sequence[str]) -> ListFile:
    """As `find_list`.

    Raises:
        DataError: It is in none of the folders.
    """
    found = find_list(folder, name, places)
    if found is None:
        raise DataError(f"{one_line(str(folder))}: {name} is missing; it belongs into {' or '.join(places)}")
    return found


def _count(text: str, name: str) -> int:
    count = whole_number(text.strip())
    if count is None:
        raise DataError(f"{name}, line 1: '{one_line(text.strip())}' is no number of rows; download it again")
    return count


def whole_number(text: str) -> int | None:
    """The number that a text is; None for one that is none, or has more digits than any list needs.

    >>> whole_number("50"), whole_number("-1"), whole_number("9" * 5000)
    (50, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
