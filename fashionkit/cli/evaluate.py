"""`fashionkit evaluate`: how good a model is on labelled photos."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from fashionkit.cli.exits import answering, end, tell


def evaluate(
    model: Annotated[str, typer.Argument(metavar="MODEL", hidden=True)],
    data: Annotated[Path, typer.Argument(metavar="DATA", hidden=True)],
    *,
    split: Annotated[
        str, typer.Option("--split", metavar="NAME", help="Which split of the data set is measured.")
    ] = "val",
    robustness: Annotated[
        bool, typer.Option("--robustness", help="Measure accuracies on harmed photos too; takes five times as long.")
    ] = False,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Also write a page (HTML) about the answers.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
) -> None:
    """Measure how good a model is on labelled photos.

    MODEL is the folder of a checkpoint, or `default` for the model that comes with fashionkit. DATA is the folder of a
    data set: a table, folders of photos, or a public set that is recognised. Beside each figure stand its interval of
    95 % and what is reached without looking at the photos.

    \b
    Examples:
      fashionkit evaluate default data/clothing
      fashionkit evaluate models/mine photos --split test --report page.html
      fashionkit evaluate default data/design --json
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.draw_report import draw  # noqa: PLC0415  # slow to import
        from fashionkit.cli.progress import counting  # noqa: PLC0415
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415
        from fashionkit.demo.output import checked, replace  # noqa: PLC0415
        from fashionkit.evaluation import evaluate as measure  # noqa: PLC0415

        page = None if report is None else checked(report)
        with counting("asking about photos") as count:
            found = measure(model, data, split, robustness=robustness, progress=count)
        for photo in found.unreadable:
            tell(f"error: {photo.id}: {photo.reason}")
        for warning in found.warnings:
            tell(f"warning: {warning}")
        if page is not None:
            replace(page, found.to_html().encode())
        if as_json:
            show_json(found.to_dict(), out)
        else:
            show(draw(found, page), screen(out))
        end(len(found.unreadable))
