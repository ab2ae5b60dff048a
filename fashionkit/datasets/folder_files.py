"""The files of a data set's folder, as its tables name them."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath, PureWindowsPath

from fashionkit.datasets.fault import Fault, OnFault
from fashionkit.images.source import one_line

UNPACKED = "unpack or copy it there, or take the row out"


class FolderFiles:
    """Finds files that a table names, and remembers which it named.

    Folders are listed once, so that tens of thousands of files are found without asking for each.

    Args:
        root: The folder that the names start from.
        on_fault: Called for a name that cannot be used.
    """

    def __init__(self, root: Path, on_fault: OnFault) -> None:
        self.root = root
        self._on_fault = on_fault
        self._named: dict[str, str] = {}
        self._listed: dict[str, frozenset[str]] = {}

    def find(self, name: str, where: str) -> tuple[str, Path] | None:
        """The file of a photo: its name within the folder, with slashes, and its path.

        Args:
            name: As the table has it.
            where: File and line of the table, for messages.

        Returns:
            None for a name that cannot be used, or that an earlier row has; `on_fault` was called.
        """
        inside = self._inside(name, where)
        if inside is None:
            return None
        if inside in self._named:
            detail = f"'{one_line(inside)}' stands in {self._named[inside]} already"
            self._on_fault(Fault("photo stands there twice", where, detail, "keep one row for each photo"))
            return None
        self._named[inside] = where
        if not self._is_there(inside):
            detail = f"there is no file '{one_line(inside)}' in {one_line(str(self.root))}"
            self._on_fault(Fault("photo is missing", where, detail, UNPACKED))
            return None
        return inside, self.root / inside

    def _inside(self, name: str, where: str) -> str | None:
        plain = name.replace("\\", "/")
        parts = PurePosixPath(plain).parts
        if not name:
            self._on_fault(Fault("photo is not named", where, "no photo is named", "name one, or take the row out"))
        elif "\0" in name:
            self._on_fault(Fault("photo is not named", where, f"no file is called '{one_line(name)}'", "name a file"))
        elif plain.startswith("/") or PureWindowsPath(name).drive or ".." in parts:
            detail = f"'{one_line(name)}' points outside the folder {one_line(str(self.root))}"
            remedy = "name photos within it, such as photos/a.jpg"
            self._on_fault(Fault("photo is outside the folder", where, detail, remedy))
        else:
            return "/".join(parts)
        return None

    def _is_there(self, inside: str) -> bool:
        folder, _, file = inside.rpartition("/")
        if folder not in self._listed:
            try:
                with os.scandir(self.root / folder) as entries:
                    self._listed[folder] = frozenset(entry.name for entry in entries if not entry.is_dir())
            except (OSError, ValueError):  # ValueError: a name that no file system takes
                self._listed[folder] = frozenset()
        if file in self._listed[folder]:
            return True
        try:
            # Some file systems know a name in more than one spelling.
            return (self.root / inside).is_file()
        except (OSError, ValueError):
            return False
