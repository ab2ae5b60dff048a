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

# Of what trains.
DataFolders: TypeAlias = Annotated[list[str], typer.Argument(metavar="DATA", hidden=True)]
RecipeName: TypeAlias = Annotated[
    str, typer.Option(metavar="NAME|FILE", help="quick, standard, whole, or a .toml file of your own.")
]
BackboneName: TypeAlias = Annotated[str, typer.Option(metavar="NAME", help="A model of timm.")]
Size: TypeAlias = Annotated[
    int | None, typer.Option(min=1, max=4096, help="Height and width of the photos, in pixels.")
]
Epochs: TypeAlias = Annotated[
    float | None, typer.Option(help="Epochs in all; the recipe's phases share them as they did.")
]
Fewest: TypeAlias = Annotated[int, typer.Option(min=1, help="Labels of fewer photos are not learned.")]
InTaxonomy: TypeAlias = Annotated[
    bool, typer.Option("--taxonomy", help="Bring the categories of known data sets to one list of garments.")
]
DeviceName: TypeAlias = Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:1, mps.")]
Threads: TypeAlias = Annotated[int, typer.Option(min=1, help="Threads that read photos.")]

# Of what listens.
Host: TypeAlias = Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")]
Port: TypeAlias = Annotated[
    int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes any that is free.")
]
KeyFile: TypeAlias = Annotated[
    str | None, typer.Option("--keys", metavar="FILE", help="Keys, one a line; whoever asks must show one.")
]
Lanes: TypeAlias = Annotated[
    int | None,
    typer.Option("--threads", metavar="COUNT", min=1, show_default="all cores", help="Photos computed at once."),
]
MaxUpload: TypeAlias = Annotated[
    float, typer.Option("--max-upload", metavar="MEGABYTES", help="Most that one request may send.")
]
MaxPixels: TypeAlias = Annotated[
    float, typer.Option("--max-pixels", metavar="MEGAPIXELS", help="Most that a photo may have.")
]
Queue: TypeAlias = Annotated[
    int, typer.Option("--queue", metavar="COUNT", min=1, help="Most requests taken in at once.")
]
Timeout: TypeAlias = Annotated[
    float, typer.Option("--timeout", metavar="SECONDS", help="Most that a request may take.")
]


def check_names(photos: list[str]) -> None:
    """Refuses `-`, by which other programs mean what comes through a pipe.

    Raises:
        typer.BadParameter: It is among the photos.
    """
    if "-" in photos:
        raise typer.BadParameter("'-' (standard input) is not read; give the names of files")
