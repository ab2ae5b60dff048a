"""`fashionkit index`: photos into a catalogue, and what a catalogue holds."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from fashionkit.cli.exits import INTERRUPTED, answering, end, tell
from fashionkit.cli.options import AsJson, CatalogueFolder, ModelName

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True, help="Put photos into a catalogue, to be searched.")


@app.command()
def add(
    catalogue: CatalogueFolder,
    folder: Annotated[str, typer.Argument(metavar="FOLDER", hidden=True)],
    *,
    model: ModelName = "default",
) -> None:
    """Put every photo of a folder into a catalogue.

    CATALOGUE is the folder of the catalogue; it is made where there is none. FOLDER is the folder with the photos;
    folders in it are looked through too, hidden files and linked folders are not.

    A photo's id is its full path. Its kind and category are stored with it, for `fashionkit search --where`. What is in
    already and has not changed since is passed over, so the same command goes on after an interruption, and brings the
    catalogue up to date later. A photo that cannot be read gets one line on stderr, and the others go in.

    \b
    Example:
      fashionkit index add my-catalogue photos
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.adding import Adding, find_photos, open_catalogue  # noqa: PLC0415  # slow to import
        from fashionkit.cli.progress import counting  # noqa: PLC0415

        begun = time.perf_counter()
        photos = find_photos(folder)
        with open_catalogue(catalogue, model) as retriever:
            adding = Adding(retriever)
            new = adding.not_in_yet(photos)
            failures = 0
            try:
                with counting("reading photos") as count:
                    for done, (photo, error) in enumerate(adding.add(new), 1):
                        count(done, len(new))
                        if error is not None:
                            failures += 1
                            tell(f"error: {photo}: {error}")
            except KeyboardInterrupt:
                tell(f"interrupted: {adding.added:,} photos went into {catalogue}; the same command goes on from there")
                raise typer.Exit(INTERRUPTED) from None
            seconds = time.perf_counter() - begun
            out.write(f"{adding.added:,} added in {seconds:.1f} s\n")
            if len(photos) > len(new):
                out.write(f"{len(photos) - len(new):,} were in already\n")
            if failures:
                out.write(f"{failures:,} could not be read\n")
            out.write(f"{len(retriever):,} photos are in {catalogue}\n")
        end(failures)


@app.command()
def info(catalogue: CatalogueFolder, *, as_json: AsJson = False) -> None:
    """Say what a catalogue holds.

    CATALOGUE is the folder of the catalogue. No model is needed.

    \b
    Example:
      fashionkit index info my-catalogue
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.holding import check_there, draw, look_into  # noqa: PLC0415  # slow to import
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        check_there(catalogue)
        holding = look_into(catalogue)
        if as_json:
            show_json(holding.to_dict(), out)
        else:
            show(draw(holding), screen(out))
