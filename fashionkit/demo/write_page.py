"""`write_page`: from a folder of photos to one page about them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import cast

import numpy as np

from fashionkit.demo.cards import cards_of, sections_of
from fashionkit.demo.collect import MAX_PHOTOS, collect, spread
from fashionkit.demo.outfits import GOES_TOGETHER, Outfit, find_outfits, scorer
from fashionkit.demo.output import checked, replace
from fashionkit.demo.page import Page, render
from fashionkit.demo.report import DemoReport, Progress
from fashionkit.demo.slots import slot_of
from fashionkit.demo.survey import Survey, survey
from fashionkit.errors import DataError
from fashionkit.heads import SetSpec
from fashionkit.images import Source
from fashionkit.images.source import one_line
from fashionkit.runtime import Model, ModelSource
from fashionkit.tasks import Analyzer
from fashionkit.taxonomy import Taxonomy
from fashionkit.version import __version__

GOOD = "The best that these photos hold, and for each the one swap that would harm it most."
WEAK = "Nothing here goes together well. This is the best of it, and the one swap that would harm it most."
NO_HEAD = "This model has no outfit head, so it cannot say what goes together."
NO_CLOTHES = (
    "No outfit could be put together: it takes a top and a bottom, or a dress or jumpsuit, with shoes or a bag, "
    "each in a photo of its own."
)


@dataclass(frozen=True, slots=True)
class _Given:
    """What is looked at: photos, what each is called, how many there were, and what to call them together."""

    photos: Sequence[Source]
    names: Sequence[str]
    found: int
    title: str


def write_page(
    photos_dir: str | os.PathLike[str] | None,
    output: str | os.PathLike[str],
    *,
    model: ModelSource = "default",
    progress: Progress | None = None,
) -> DemoReport:
    """Analyses photos and writes one self-contained HTML page about them.

    Args:
        photos_dir: The folder of the photos, of which at most 60 are taken, spread evenly; drawn garments where None.
        output: Where the page shall be; what is there is replaced once the new page is whole.
        model: "default", the folder of a checkpoint, `hf://owner/name`, or a `FashionModel` in memory.
        progress: Called with how many photos are done, and of how many.

    Raises:
        DataError: There is no such folder, no photo in it, none that can be read, or `output` cannot be written.
        ModelError: The model cannot be loaded.
        ConfigError: Its `config.json` is not valid.
        EngineError: The engine failed.
    """
    place = checked(output)
    given = _drawn() if photos_dir is None else _collected(photos_dir)
    analyzer = Analyzer.load(model)
    began = time.perf_counter()
    seen = survey(analyzer, given.photos, given.names, progress)
    if not seen.pieces:
        first = seen.unreadable[0]
        raise DataError(
            f"{given.title}: none of {len(seen.unreadable)} photos can be read (the first, {first.name}: "
            f"{first.reason}); give a folder with photos that can"
        )
    page = _page(given, seen, analyzer.model, drawn=photos_dir is None)
    text = render(page).encode()
    replace(place, text)
    return DemoReport(
        output=place,
        photos=len(seen.pieces),
        found=given.found,
        unreadable=seen.unreadable,
        outfits=len(page.outfits),
        size=len(text),
        seconds=time.perf_counter() - began,
        seconds_a_photo=seen.seconds_a_photo,
    )


def _collected(folder: str | os.PathLike[str]) -> _Given:
    collection = collect(folder)
    name = Path(folder).resolve().name or "All photos"
    return _Given(collection.paths, collection.names, collection.found, one_line(name))


def _drawn() -> _Given:
    from fashionkit.demo.garments import draw_wardrobe  # noqa: PLC0415  # only where no photos are given

    wardrobe = draw_wardrobe()
    chosen = [wardrobe[place] for place in spread(len(wardrobe), MAX_PHOTOS)]
    photos = [garment.pixels for garment in chosen]
    return _Given(photos, [garment.name for garment in chosen], len(wardrobe), "A drawn wardrobe")


def _page(given: _Given, seen: Survey, model: Model, *, drawn: bool) -> Page:
    outfits, about = _outfits(seen, model)
    cards = cards_of(
        seen.pieces,
        category=_head(model, "category"),
        attributes=_head(model, "attributes"),
        embedding=_head(model, "embedding"),
    )
    return Page(
        title=given.title,
        drawn=drawn,
        cards=cards,
        sections=sections_of(cards),
        outfits=outfits,
        about_outfits=about,
        unreadable=seen.unreadable,
        found=given.found,
        model=_name(model),
        engine=model.engine.name,
        seconds_a_photo=seen.seconds_a_photo,
        made=datetime.now().astimezone(),
        version=__version__,
    )


def _outfits(seen: Survey, model: Model) -> tuple[Sequence[Outfit], str]:
    head, category = _head(model, "outfit"), _head(model, "category")
    if head is None or category is None:
        return (), NO_HEAD
    (embedding,) = cast("SetSpec", model.specs[head]).reads
    taxonomy = Taxonomy.load()
    slots = [slot_of(piece.analysis[category], taxonomy) for piece in seen.pieces]
    vectors = np.stack([piece.analysis[embedding].vector for piece in seen.pieces])
    outfits = find_outfits(slots, scorer(model, head, vectors))
    if not outfits:
        return outfits, NO_CLOTHES
    return outfits, GOOD if outfits[0].score >= GOES_TOGETHER else WEAK


def _head(model: Model, kind: str) -> str | None:
    """The head of a kind: the one named like it, or else the first; None where there is none."""
    of_kind = [name for name, spec in model.specs.items() if spec.kind == kind]
    return kind if kind in of_kind else next(iter(of_kind), None)


def _name(model: Model) -> str:
    """What to call the model on a page that others may read: never where it lies on this machine."""
    if not isinstance(model.source, str | os.PathLike):
        return "in memory"
    source = os.fspath(model.source)
    return source if source.startswith("hf://") else one_line(Path(source).resolve().name or source)
