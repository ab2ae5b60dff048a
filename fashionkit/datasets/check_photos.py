"""What is wrong with the photos of a set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations

from fashionkit.datasets.check_labels import Photos, apart
from fashionkit.datasets.likeness import nearly_equal
from fashionkit.datasets.look import Look
from fashionkit.datasets.photos import LabelledPhoto
from fashionkit.datasets.problem import Problem, named
from fashionkit.errors import ImageError


def check_photos(photos: Photos, looks: Sequence[Look | ImageError], smallest: int) -> Iterator[Problem]:
    """Looks for what cannot be read, is small, or is there more than once.

    Args:
        photos: All of them.
        looks: One for each.
        smallest: Photos with fewer pixels on their shorter side are small; they are not compared with others, as
            small pictures resemble each other.
    """
    broken = [
        f"{photo.id} ({seen.reason})" for (_, photo), seen in _both(photos, looks) if isinstance(seen, ImageError)
    ]
    if broken:
        yield Problem(
            "error", "photos that cannot be read", named(broken), len(broken), "replace them, or take them out"
        )
    seen_photos = [(split, photo, seen) for (split, photo), seen in _both(photos, looks) if isinstance(seen, Look)]
    small = [photo.id for _, photo, seen in seen_photos if seen.side < smallest]
    if small:
        what = f"photos of fewer than {smallest} pixels on their shorter side"
        yield Problem("note", what, named(small), len(small), "find larger ones, if there are any")
    yield from _check_copies(seen_photos)
    yield from _check_likeness([each for each in seen_photos if each[2].side >= smallest])


def _both(
    photos: Photos, looks: Sequence[Look | ImageError]
) -> Iterator[tuple[tuple[str, LabelledPhoto], Look | ImageError]]:
    return zip(photos, looks, strict=True)


def _check_copies(photos: Sequence[tuple[str, LabelledPhoto, Look]]) -> Iterator[Problem]:
    copies: dict[bytes, list[tuple[str, LabelledPhoto]]] = defaultdict(list)
    for split, photo, seen in photos:
        copies[seen.contents].append((split, photo))
    several = [same for same in copies.values() if len(same) > 1]
    leaks = [same for same in several if len({apart(split) for split, _ in same if split}) > 1]
    if leaks:
        remedy = "keep one of each, or put them into one split: what was trained with would be measured on"
        yield Problem("error", "the same photo in several splits", _pairs(leaks), len(leaks), remedy)
    unsure = [same for same in several if len({_category(photo) for _, photo in same} - {None}) > 1]
    if unsure:
        remedy = "keep the one whose label is right"
        yield Problem("warning", "the same photo with different labels", _pairs(unsure), len(unsure), remedy)
    plain = [same for same in several if same not in leaks and same not in unsure]
    if plain:
        remedy = "keep one of each, unless it shall count more often"
        yield Problem("note", "the same photo more than once", _pairs(plain), len(plain), remedy)


def _check_likeness(photos: Sequence[tuple[str, LabelledPhoto, Look]]) -> Iterator[Problem]:
    by_split: dict[str, list[tuple[LabelledPhoto, Look]]] = defaultdict(list)
    for split, photo, seen in photos:
        if split:
            by_split[apart(split)].append((photo, seen))
    pairs = []
    for one, other in combinations(by_split.values(), 2):
        found = nearly_equal([seen for _, seen in one], [seen for _, seen in other])
        pairs += [(one[first][0], other[second][0]) for first, second in found]
    if pairs:
        where = named([f"{first.id} ~ {second.id}" for first, second in pairs])
        remedy = "look at them; what is the same photo, or one product, belongs into one split"
        yield Problem("warning", "nearly the same photos in several splits", where, len(pairs), remedy)


def _pairs(several: Sequence[Sequence[tuple[str, LabelledPhoto]]]) -> str:
    return named([" = ".join(photo.id for _, photo in same[:2]) for same in several])


def _category(photo: LabelledPhoto) -> object:
    return photo.labels.get("category")
