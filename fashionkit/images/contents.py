"""The bytes behind a path, a buffer or a file object, bounded before they are read."""

from __future__ import annotations

import io
import os
import re
import stat
from pathlib import Path
from typing import IO, TYPE_CHECKING

from fashionkit.errors import ImageError
from fashionkit.images.source import one_line
from fashionkit.images.turns import turn

if TYPE_CHECKING:
    from fashionkit.images.limits import Limits

# "https:/" with one slash is what pathlib makes of a URL.
URL = re.compile(r"(?i)(?:(?:https?|ftp|s3|gs|file|hf):/|[a-z][a-z0-9+.-]+://|data:[a-z]+/)")
# Opening a FIFO would wait for a writer, and a device may never end: both are opened without waiting, then refused.
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
STEP = 1 << 20
TEXT_MODE = "the file is opened in text mode; open it with mode 'rb'"


def from_buffer(buffer: bytes | bytearray | memoryview, *, label: str, limits: Limits) -> bytes:
    """An encoded photo held in memory; a mutable buffer is copied, so that it may change meanwhile.

    Raises:
        ImageError: No bytes, too many, or a released memoryview.
    """
    try:
        size = buffer.nbytes if isinstance(buffer, memoryview) else len(buffer)
        limits.check_bytes(label, size)
        data = bytes(buffer)
    except (ValueError, BufferError) as error:
        raise ImageError(label, f"the buffer cannot be read ({error})") from error
    if not data:
        raise ImageError(label, "there are no bytes in it; give the whole encoded photo")
    return data


def from_path(path: str | os.PathLike[str], *, label: str, limits: Limits) -> bytes:
    """The content of a regular file. `~` and variables are left as they are, as everywhere in Python.

    Raises:
        ImageError: A URL, a missing, empty or too large file, a folder, a device or pipe, no permission.
    """
    try:
        name = os.fspath(path)
        if isinstance(name, str) and URL.match(name):
            raise ImageError(label, "URLs are not fetched; download the photo and give its path or bytes")
        with open(os.open(name, OPEN_FLAGS), "rb", buffering=0) as file:  # noqa: PTH123 - of a descriptor, not a path
            _check_regular(os.fstat(file.fileno()), label, limits)
            data = _bounded(file, label, limits)
    except OSError as error:
        raise ImageError(label, _why_not_opened(label, error)) from error
    except (ValueError, TypeError) as error:
        raise ImageError(label, f"it is not a usable path ({error})") from error
    if not data:
        raise ImageError(label, "the file is empty")
    return data


def from_file(file: IO[bytes], *, label: str, limits: Limits) -> bytes:
    """What a binary file object holds from where it stands to its end.

    A seekable file is put back to where it stood, so it can be read again; a stream is used up.

    Raises:
        ImageError: Closed, in text mode, at its end, too large, or its `read` fails or returns no bytes.
    """
    try:
        _check_open(file, label)
        data = _read_and_return(file, label, limits) if _is_seekable(file) else _bounded(file, label, limits)
    except ImageError:
        raise
    except Exception as error:
        detail = one_line(f"{type(error).__name__}: {error}")
        raise ImageError(label, f"reading the file failed ({detail})") from error
    if not data:
        raise ImageError(label, "there are no bytes from where the file stands; seek(0) first, or it is empty")
    return data


def _check_open(file: object, label: str) -> None:
    if isinstance(file, io.TextIOBase):
        raise ImageError(label, TEXT_MODE)
    if getattr(file, "closed", False) is True:
        raise ImageError(label, "the file is closed; give it while it is open")


def _is_seekable(file: IO[bytes]) -> bool:
    return hasattr(file, "seekable") and bool(file.seekable())


def _read_and_return(file: IO[bytes], label: str, limits: Limits) -> bytes:
    with turn(file):
        start = file.tell()
        try:
            return _bounded(file, label, limits)
        finally:
            file.seek(start)


def _bounded(file: IO[bytes], label: str, limits: Limits) -> bytes:
    parts: list[bytes] = []
    size = 0
    # A raw file or a socket may return less than asked; only an empty answer is the end.
    while part := _part(file.read(min(STEP, limits.max_bytes + 1 - size)), label):
        parts.append(part)
        size += len(part)
        limits.check_bytes(label, size)
    return b"".join(parts)


def _part(answer: object, label: str) -> bytes:
    if isinstance(answer, str):
        raise ImageError(label, TEXT_MODE)
    if not isinstance(answer, (bytes, bytearray, memoryview)):
        raise ImageError(label, f"its read() gave {type(answer).__name__}, not bytes; give the bytes themselves")
    return bytes(answer)


def _check_regular(status: os.stat_result, label: str, limits: Limits) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ImageError(label, "it is a folder; give the path of one photo")
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(label, "it is a device, pipe or socket, not a file; give the bytes themselves")
    limits.check_bytes(label, status.st_size)


def _here() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return "the working folder, which is gone"


def _why_not_opened(label: str, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        if label.startswith("~"):
            return "there is no such file; '~' is not expanded, use Path(…).expanduser()"
        return "there is no such file" + ("" if Path(label).is_absolute() else f" in {_here()}")
    if isinstance(error, PermissionError):
        return "there is no permission to read it"
    if isinstance(error, IsADirectoryError):
        return "it is a folder; give the path of one photo"
    return f"it cannot be opened ({error.strerror or error})"
