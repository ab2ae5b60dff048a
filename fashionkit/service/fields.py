"""What the texts of a form mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from fashionkit import config
from fashionkit.catalogue.entries import checked_ids
from fashionkit.errors import CatalogueError
from fashionkit.service.offers import Offers
from fashionkit.service.problems import Problem, as_asked, problem_of_catalogue
from fashionkit.service.upload import Form

MOST_K = 1000
"""Most hits or suggestions of one answer."""
_COUNT = re.compile(r"[1-9][0-9]{0,3}")


def count_of(form: Form, name: str, otherwise: int) -> int:
    """How many are asked for, 1 to 1,000.

    Raises:
        Problem: 422, it is none of these.

    >>> count_of(Form(texts={"k": ["3"]}), "k", 10), count_of(Form(), "k", 10)
    (3, 10)
    """
    text = form.text(name)
    if text is None:
        return otherwise
    if not _COUNT.fullmatch(text) or int(text) > MOST_K:
        raise Problem(422, f"{name} is {text!r:.80}; give a whole number from 1 to {MOST_K:,}")
    return int(text)


def share_of(form: Form, name: str) -> float:
    """A number; 0 where none is given. Its range is checked by whoever takes it.

    Raises:
        Problem: 422, it is no number.
    """
    text = form.text(name)
    try:
        return 0.0 if text is None else float(text)
    except ValueError:
        raise Problem(422, f"{name} is {text!r:.80}; give a number") from None


def object_of(form: Form, name: str) -> dict[str, Any] | None:
    """A JSON object; None where there is none.

    Raises:
        Problem: 422, it is no JSON object, or has a key twice.
    """
    text = form.text(name)
    if text is None:
        return None
    with as_asked():
        return config.decode(text.encode(), dict[str, Any], name)


def vector_of(form: Form, name: str) -> NDArray[np.float64] | None:
    """A JSON list of numbers; None where there is none. Its length is checked by whoever takes it.

    Raises:
        Problem: 422, it is no such list.
    """
    text = form.text(name)
    if text is None:
        return None
    try:
        return np.array(msgspec.json.decode(text.encode(), type=list[float]), np.float64)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise Problem(422, f"{name} is no JSON list of numbers ({error})") from error


def found(offers: Offers, ids: Sequence[str]) -> NDArray[np.float32]:
    """The vectors of items of the catalogue.

    Raises:
        Problem: 422 where an id is none that a catalogue can hold, 404 where one is not there, or there is no
            catalogue.
    """
    catalogue = offers.retriever.catalogue
    with as_asked():
        names = checked_ids(ids)
    try:
        return catalogue.vectors(names)
    except CatalogueError as error:
        if len(catalogue.known(names)) == len(set(names)):
            raise
        raise problem_of_catalogue(error, offers.hidden) from error
