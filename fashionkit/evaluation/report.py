"""What an evaluation says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fashionkit.evaluation.answers import Unreadable
from fashionkit.evaluation.figure import Figure
from fashionkit.evaluation.part import Part


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Report:
    """The figures of a model on one split of a data set.

    `report.figures["clothing/label/accuracy"].value` is a number; `report.to_html()` is a page about all of it.

    Attributes:
        model: What the model is called: "default", or the name of its folder.
        data: What the data set is called.
        split: The split; "" for a set without splits.
        photos: How many photos the figures are of.
        found: Figures, notes, warnings and what is drawn of them.
        unreadable: Photos that could not be read, and so are in no figure.
    """

    model: str
    data: str
    split: str
    photos: int
    found: Part
    unreadable: tuple[Unreadable, ...] = field(default=())

    @property
    def figures(self) -> dict[str, Figure]:
        """By name: set/field/metric."""
        return dict(self.found.figures)

    @property
    def notes(self) -> tuple[str, ...]:
        """How the figures came about: what was left out and why, where the controls are from."""
        return self.found.notes

    @property
    def warnings(self) -> tuple[str, ...]:
        """What should worry whoever reads the figures, such as the same answer for nearly all photos."""
        return self.found.warnings

    @property
    def not_answered(self) -> dict[str, str]:
        """Set/field: why, for what the labels ask and the model cannot answer."""
        return dict(self.found.not_answered)

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "model": self.model,
            "data": self.data,
            "split": self.split,
            "photos": self.photos,
            "figures": {name: figure.to_dict() for name, figure in self.figures.items()},
            "warnings": list(self.warnings),
            "not_answered": self.not_answered,
            "notes": list(self.notes),
            "unreadable": [{"id": photo.id, "reason": photo.reason} for photo in self.unreadable],
        }

    def to_html(self) -> str:
        """One self-contained page: figures, confusions, surest mistakes, nearest wrong neighbours, calibration."""
        from fashionkit.evaluation.page import render  # noqa: PLC0415  # jinja2, where a page is wanted

        return render(self)

    def __repr__(self) -> str:
        split = f" {self.split!r}," if self.split else ""
        return f"Report({self.model!r} on {self.data!r},{split} {self.photos:,} photos, {len(self.figures)} figures)"
