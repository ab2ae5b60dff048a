"""`fashionkit data`: what a data set holds, and what is wrong with it."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from fashionkit.cli.exits import answering, end
from fashionkit.cli.options import AsJson

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Look through labelled photos before training.")

DataFolder: TypeAlias = Annotated[str, typer.Argument(metavar="FOLDER", hidden=True)]
FormatName: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        show_default=False,
        help="The form of the data set, such as table or folder; recognised where left out.",
    ),
]


@app.command()
def check(
    folder: DataFolder,
    *,
    fmt: FormatName = None,
    fewest: Annotated[int, typer.Option("--fewest", metavar="COUNT", min=1, help="Labels with fewer are rare.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find what is wrong with a data set.

    FOLDER is the folder of the set, or the file of its table: a table with a row for each photo, a folder of photos for
    each label, or a public set as it was unpacked. Every photo is read.

    Found are photos that are missing, broken, small or there twice; photos, groups and outfits that several splits
    share; labels that are rare, misspelled, say nothing, or that no train photo has; and what is not known.

    \b
    Example:
      fashionkit data check photos

    A line begins with ✗ for an error, ! for a warning and · for a note; with an error, the exit code is 1. With --json
    there is one object a problem: {"severity": "error" or "warning" or "note", "what": …, "where": …, "how_many": …,
    "remedy": …}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.draw_data import draw_problems, summed_up  # noqa: PLC0415  # slow to import
        from fashionkit.cli.progress import counting  # noqa: PLC0415
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415
        from fashionkit.datasets import check as look_through  # noqa: PLC0415

        with counting("reading photos") as count:
            problems = look_through(folder, fmt=fmt, fewest=fewest, progress=count)
        if as_json:
            for problem in problems:
                show_json(problem.to_dict(), out)
        else:
            if problems:
                show(draw_problems(problems), screen(out))
            out.write(f"{summed_up(problems)}\n")
        end(sum(problem.severity == "error" for problem in problems))


@app.command()
def info(folder: DataFolder, *, fmt: FormatName = None, as_json: AsJson = False) -> None:
    """Say what a data set holds.

    FOLDER is the folder of the set, or the file of its table. No photo is read.

    \b
    Example:
      fashionkit data info photos
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.data_contents import contents_of  # noqa: PLC0415  # slow to import
        from fashionkit.cli.draw_data import draw_contents  # noqa: PLC0415
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        contents = contents_of(folder, fmt)
        if as_json:
            show_json(contents.to_dict(), out)
        else:
            show(draw_contents(contents), screen(out))
