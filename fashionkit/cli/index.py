"""`fashionkit index`: photos into a catalogue and out of it, what it holds, whether it is whole."""

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
    catalogue up to date later: a file with another time or size is compared by a hash of its content. A photo that
    cannot be read gets one line on stderr, and the others go in.

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
            try:
                with counting("reading photos") as count:
                    for photo, error in adding.add(photos, count):
                        tell(f"error: {photo}: {error}")
            except KeyboardInterrupt:
                tell(f"interrupted: {adding.added:,} photos went into {catalogue}; the same command goes on from there")
                raise typer.Exit(INTERRUPTED) from None
            seconds = time.perf_counter() - begun
            out.write(f"{adding.added:,} added in {seconds:.1f} s\n")
            if adding.passed_over:
                out.write(f"{adding.passed_over:,} were in already\n")
            if adding.failed:
                out.write(f"{adding.failed:,} could not be read\n")
            out.write(f"{len(retriever):,} photos are in {catalogue}\n")
        end(adding.failed)


@app.command()
def remove(
    catalogue: CatalogueFolder,
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID", hidden=True)] = None,
    *,
    missing: Annotated[bool, typer.Option("--missing", help="Remove the photos whose files are gone.")] = False,
) -> None:
    """Take items out of a catalogue.

    CATALOGUE is the folder of the catalogue. ID is the id of an item, or the path of its photo; there may be several.
    One that is not there gets a line on stderr, and the others are removed.

    With --missing, photos that `fashionkit index add` put in are removed where their files are there no more, unless
    that is so for all of them. No photo on the disk is touched.

    \b
    Examples:
      fashionkit index remove my-catalogue photos/shirt.jpg
      fashionkit index remove my-catalogue --missing
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        if not ids and not missing:
            raise typer.BadParameter("nothing to remove; give ids, or --missing")
        from fashionkit.catalogue import Catalogue  # noqa: PLC0415  # slow to import
        from fashionkit.cli import removing  # noqa: PLC0415
        from fashionkit.cli.holding import check_there  # noqa: PLC0415

        check_there(catalogue)
        unknown = 0
        with Catalogue.open(catalogue) as opened:
            meant = removing.gone(opened) if missing else []
            for name, error in removing.resolved(opened, ids or []):
                if error is None:
                    meant.append(name)
                else:
                    unknown += 1
                    tell(f"error: {error}")
            out.write(f"{removing.remove(opened, meant):,} removed\n{len(opened):,} are in {catalogue}\n")
        end(unknown)


@app.command()
def info(
    catalogue: CatalogueFolder,
    *,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", metavar="KEY", help="Count the items by a key of their metadata; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what a catalogue holds.

    CATALOGUE is the folder of the catalogue. No model is needed.

    \b
    Examples:
      fashionkit index info my-catalogue
      fashionkit index info my-catalogue --by category
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.holding import check_there, draw, look_into  # noqa: PLC0415  # slow to import
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        check_there(catalogue)
        holding = look_into(catalogue, by or [])
        if as_json:
            show_json(holding.to_dict(), out)
        else:
            show(draw(holding), screen(out))


@app.command()
def build(
    catalogue: CatalogueFolder,
    *,
    kind: Annotated[str, typer.Option(metavar="KIND", help="auto, flat, hnsw, ivf or ivf-pq.")] = "auto",
    recall: Annotated[float, typer.Option(help="The share of the 10 nearest that it must find, up to 1.")] = 0.98,
    storage: Annotated[str, typer.Option(metavar="NAME", help="float32, float16 or int8, in memory.")] = "float32",
    as_json: AsJson = False,
) -> None:
    """Build the index that searches a large catalogue, and keep it, so that opening is quick.

    CATALOGUE is the folder of the catalogue. What an index takes in memory is said before it is built. It is tuned on
    vectors of the catalogue until it finds the share that --recall asks for; one that does not reach it is not kept.
    Without this command, a catalogue of more than 50,000 items builds one by itself while items are added.

    \b
    Examples:
      fashionkit index build my-catalogue
      fashionkit index build my-catalogue --kind hnsw --recall 0.95 --storage float16

    With --json: {"kind": …, "rows": …, "recall": …, "memory": bytes, "building": false, "problem": text}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.catalogue import IndexSettings  # noqa: PLC0415  # slow to import
        from fashionkit.cli.building import build_index, planned  # noqa: PLC0415
        from fashionkit.cli.holding import check_there, said_of_index  # noqa: PLC0415
        from fashionkit.cli.show import show_json  # noqa: PLC0415

        check_there(catalogue)
        settings = IndexSettings(kind, recall, storage)  # type: ignore[arg-type]  # checked there
        tell(planned(catalogue, settings))
        info = build_index(catalogue, settings)
        if as_json:
            show_json(info.to_dict(), out)
        else:
            out.write(f"{info.rows:,} items; {said_of_index(info.to_dict())}\n")
        if info.problem:
            tell(f"error: {info.problem}; ask for less, or for another kind")
        end(1 if info.problem else 0)


@app.command()
def verify(catalogue: CatalogueFolder, *, as_json: AsJson = False) -> None:
    """Read through all of a catalogue, and say what in it is damaged.

    CATALOGUE is the folder of the catalogue. Nothing is changed, and others may use it meanwhile. The exit code is 0
    where nothing is wrong, 1 where something is, and 3 where the file cannot be opened at all.

    \b
    Example:
      fashionkit index verify my-catalogue

    With --json: {"items": …, "sound": true or false, "problems": [text, …]}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.catalogue.verify import verify_folder  # noqa: PLC0415  # slow to import
        from fashionkit.cli.holding import check_there  # noqa: PLC0415
        from fashionkit.cli.printable import printable  # noqa: PLC0415
        from fashionkit.cli.show import show_json  # noqa: PLC0415

        check_there(catalogue)
        found = verify_folder(catalogue)
        if as_json:
            show_json(found.to_dict(), out)
        else:
            for problem in found.problems:
                out.write(f"{printable(problem)}\n")
            out.write(f"{found.items:,} items, {'nothing' if found.sound else 'something'} is wrong\n")
            if not found.sound:
                tell(
                    "what cannot be mended: restore a copy of the folder, or put the photos into a new catalogue "
                    "with `fashionkit index add`"
                )
        end(len(found.problems))


@app.command()
def compact(catalogue: CatalogueFolder, *, as_json: AsJson = False) -> None:
    """Give back the room on the disk that removed items took.

    CATALOGUE is the folder of the catalogue. Its file is written anew, so there must be room for it twice. Others may
    read meanwhile; an interruption leaves it as it was.

    \b
    Example:
      fashionkit index compact my-catalogue

    With --json: {"before": bytes, "after": bytes}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.catalogue.compact import compact_folder  # noqa: PLC0415  # slow to import
        from fashionkit.cli.holding import check_there  # noqa: PLC0415
        from fashionkit.cli.show import show_json  # noqa: PLC0415

        check_there(catalogue)
        done = compact_folder(catalogue)
        if as_json:
            show_json(done.to_dict(), out)
        else:
            out.write(f"{done.before / 1e6:,.1f} MB before, {done.after / 1e6:,.1f} MB now\n")
