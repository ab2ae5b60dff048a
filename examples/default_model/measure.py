"""The figures of the saved model on val, as `fashionkit evaluate` prints them, and as rows of its card."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fashionkit import DataError, Report, evaluate
from fashionkit.evaluation import Figure
from fashionkit.metrics import wilson_interval

SETS = ("clothing", "products", "articles", "design", "street", "outfits")
# Of these, the commonest mistakes are listed.
MISTAKEN = ("clothing/label", "products/articleType", "articles/product_type", "design_flat/family", "design_flat/neck")
MOST_MISTAKES = 4
# Who wears it: a question about garments, and the column that says for whom they are made.
WEARERS = {"clothing/label": "kids", "products/articleType": "gender", "design_flat/type": "sex"}


def reports_of(model: Path, data: Path) -> Iterator[Report]:
    """What is found on each set; one of which nothing can be measured, as of a few photos, is named."""
    for name in SETS:
        try:
            yield evaluate(model, data / name, "val")
        except DataError as error:
            print(error)


def lines(figures: Mapping[str, Figure]) -> Iterator[str]:
    """What is printed of figures, one a line."""
    for name, figure in figures.items():
        yield f"{name}: {figure}{', below the linear probe' if _is_behind(figure) else ''}"


def rows_of(figures: Mapping[str, Figure]) -> list[dict[str, str]]:
    """Figures as rows of the card."""
    return [_row(name, figure) for name, figure in figures.items()]


def rows_by_wearer(reports: Sequence[Report]) -> list[dict[str, str]]:
    """How often garments of women, men and children are recognised, as rows of the card."""
    rows = []
    for detail in (detail for report in reports for detail in report.found.labels if detail.name in WEARERS):
        column, right = WEARERS[detail.name], detail.predicted == detail.expected
        worn_by = [photo.fields[column] for photo in detail.photos]
        for wearer in sorted(set(worn_by) - {""}):
            hits = [bool(hit) for hit, whose in zip(right, worn_by, strict=True) if whose == wearer]
            low, high = wilson_interval(sum(hits), len(hits))
            rows.append(
                {
                    "accuracy of": detail.name,
                    "where": f"{column} = {wearer}",
                    "n": f"{len(hits):,}",
                    "value": f"{sum(hits) / len(hits):.3f}",
                    "95 % interval": f"{low:.3f}–{high:.3f}",
                }
            )
    return rows


def rows_of_mistakes(reports: Sequence[Report]) -> list[dict[str, str]]:
    """Which garments are most often taken for which others, as rows of the card: the commonest of each question."""
    rows = []
    for detail in (detail for report in reports for detail in report.found.labels if detail.name in MISTAKEN):
        pairs = Counter(zip(detail.expected.tolist(), detail.predicted.tolist(), strict=True))
        mistakes = [(n, pair) for pair, n in pairs.most_common() if pair[0] != pair[1]][:MOST_MISTAKES]
        for n, (expected, predicted) in mistakes:
            there = sum(count for (truth, _), count in pairs.items() if truth == expected)
            rows.append(
                {
                    "question": detail.name,
                    "shown": detail.classes[expected],
                    "taken for": detail.classes[predicted],
                    "how often": f"{n:,} of {there:,}",
                }
            )
    return rows


def _row(name: str, figure: Figure) -> dict[str, str]:
    controls = dict(figure.beside)
    probe = controls.pop("probe", None)
    return {
        "figure on val": name,
        "n": f"{figure.n:,}",
        "value": f"{figure.value:.3f}",
        "95 % interval": f"{figure.low:.3f}–{figure.high:.3f}",
        "linear probe": "" if probe is None else f"{probe:.3f}",
        "controls": ", ".join(f"{what} {value:.3f}" for what, value in controls.items()),
    }


def _is_behind(figure: Figure) -> bool:
    """Whether a figure is more than a standard error below the linear probe."""
    standard_error = (figure.high - figure.low) / (2 * 1.96)
    return figure.value < figure.controls.get("probe", -1.0) - standard_error
