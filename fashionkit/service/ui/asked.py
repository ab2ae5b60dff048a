"""What a visitor asks for, answered in time or refused in one line."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from fashionkit.errors import ImageError
from fashionkit.images.source import one_line
from fashionkit.service.arriving import FILE, Upload
from fashionkit.service.claims import ENOUGH, is_photo, what_else
from fashionkit.service.problems import Problem, problem_of
from fashionkit.service.ticket import GoneError, Ticket, current

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """An answer, or why there is none.

    Attributes:
        answer: None where it was refused.
        refusal: One line; "" where there is an answer.
    """

    answer: T | None
    refusal: str = ""


def ask(work: Callable[[], T], seconds: float, hidden: Mapping[str, str]) -> Asked[T]:
    """Works for one visitor; whatever goes wrong is a line, in the words that the service has for it.

    Args:
        work: What to do; work that takes too long is given up where it next waits for the engine.
        seconds: How long it may take.
        hidden: Folders of this machine, each with the word that takes its place.

    >>> ask(lambda: 1 / 0, 1, {}).refusal
    'something went wrong that was not foreseen; the log says where'
    """
    ticket = Ticket()
    before = current.set(ticket)
    timer = threading.Timer(seconds, ticket.give_up)
    timer.daemon = True
    timer.start()
    try:
        return Asked(work())
    except GoneError:
        return Asked(None, f"there was no answer after {seconds:g} s; come again")
    except Exception as error:  # problem_of logs what is ours
        return Asked(None, problem_of(error, hidden).detail)
    finally:
        timer.cancel()
        current.reset(before)


def photo_of(sent: Any) -> Upload | None:
    """The photo that gradio took in; None where the visitor took it away again.

    Args:
        sent: What gradio says of an uploaded file; the gate has checked that the file is one of its own.

    Raises:
        Problem: 422, there is no such file.
        ImageError: It is no photo in a known format.
    """
    if sent is None:
        return None
    try:
        photo = Upload(Path(sent["path"]).read_bytes())
        photo.name = one_line(str(sent.get("orig_name") or FILE))
    except (TypeError, KeyError, ValueError, AttributeError, OSError):
        raise Problem(422, "the photo is no longer here; drop it again") from None
    if not is_photo(photo[:ENOUGH]):
        raise ImageError(photo.name, what_else(photo[:ENOUGH]))
    return photo
