"""What several commands take."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

ModelName: TypeAlias = Annotated[
    str,
    typer.Option(
        "--model",
        metavar="MODEL",
        show_default=False,
        help="Folder of a checkpoint, or hf://owner/name; the model that comes with fashionkit where left out.",
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line, for programs.")]
# Described in each command's own words: the list that typer makes would call it <list[str]>.
PhotoNames: TypeAlias = Annotated[list[str], typer.Argument(metavar="PHOTO", hidden=True)]
CatalogueFolder: TypeAlias = Annotated[str, typer.Argument(metavar="CATALOGUE", hidden=True)]


def check_names(photos: list[str]) -> None:
    """Refuses `-`, by which other programs mean what comes through a pipe.

    Raises:
        typer.BadParameter: It is among the photos.
    """
    if "-" in photos:
        raise typer.BadParameter("'-' (standard input) is not read; give the names of files")
