"""`fashionkit search`: what in a catalogue looks like a photo."""

from __future__ import annotations

from typing import Annotated

import typer

import fashionkit
from fashionkit.cli.conditions import conditions
from fashionkit.cli.exits import answering, tell
from fashionkit.cli.options import AsJson, CatalogueFolder, ModelName, check_names


def search(
    catalogue: CatalogueFolder,
    photo: Annotated[str, typer.Argument(metavar="PHOTO", hidden=True)],
    *,
    k: Annotated[int, typer.Option("-k", metavar="COUNT", min=1, help="How many to show.")] = 10,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="CONDITION", help="Only what was stored like this; may be repeated."),
    ] = None,
    group_by: Annotated[
        str | None,
        typer.Option("--group-by", metavar="KEY", help="Only the best of those that were stored with the same value."),
    ] = None,
    diversity: Annotated[
        float,
        typer.Option("--diversity", metavar="SHARE", min=0, max=0.99, help="Above 0: less like each other."),
    ] = 0.0,
    model: ModelName = "default",
    as_json: AsJson = False,
) -> None:
    """Find what in a catalogue looks like a photo.

    CATALOGUE is the folder of a catalogue, which `fashionkit index add` makes. PHOTO is the file of a photo, which need
    not be in it. Shown are the similarity, at most 1, what the garment is, and its id: the path of its photo.

    `fashionkit index info` lists the kinds and categories to give to --where. A CONDITION is a key, one of = != < <= >
    >= and a value. A value that reads as a JSON number, true, false, null, or a list, which means any of it, is that;
    everything else is text, as is what stands in double quotes: 'size="38"'. A JSON object is a filter as in Python,
    with "and", "or" and "not". The shell takes < and > for itself where they stand outside of quotes.

    \b
    Examples:
      fashionkit search my-catalogue shirt.jpg
      fashionkit search my-catalogue shirt.jpg -k 3 --where kind=tops
      fashionkit search my-catalogue shirt.jpg --where 'kind=["tops", "dresses"]' --where 'price<50'
      fashionkit search my-catalogue shirt.jpg --group-by category --diversity 0.3

    With --json there is one object a hit, best first: {"id": …, "score": …, "metadata": {…}}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        check_names([photo])
        wanted = conditions(where or [])
        from fashionkit.cli.draw_hits import draw  # noqa: PLC0415  # what it imports would slow down --help
        from fashionkit.cli.holding import check_there  # noqa: PLC0415
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        check_there(catalogue)
        with fashionkit.Retriever.open(catalogue, model=model) as retriever:
            hits = retriever.search(photo, k, where=wanted, group_by=group_by, diversity=diversity)
            if not len(retriever):
                tell(f"{catalogue} is empty; put photos in with: fashionkit index add {catalogue} FOLDER")
            elif not hits:
                asked = ", ".join(where or []) or "anything"
                tell(f"nothing found: of {len(retriever):,} items in {catalogue}, none has {asked}")
        if as_json:
            for hit in hits:
                show_json(hit.to_dict(), out)
        elif hits:
            show(draw(hits), screen(out))
