"""`fashionkit search`: what in a catalogue looks like a photo."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

import fashionkit
from fashionkit.cli.exits import answering, tell
from fashionkit.cli.options import AsJson, CatalogueFolder, ModelName, check_names


def search(
    catalogue: CatalogueFolder,
    photo: Annotated[str, typer.Argument(metavar="PHOTO", hidden=True)],
    *,
    k: Annotated[int, typer.Option("-k", metavar="COUNT", min=1, help="How many to show.")] = 10,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="KEY=VALUE", help="Only what was stored with this value; may be repeated."),
    ] = None,
    model: ModelName = "default",
    as_json: AsJson = False,
) -> None:
    """Find what in a catalogue looks like a photo.

    CATALOGUE is the folder of a catalogue, which `fashionkit index add` makes. PHOTO is the file of a photo, which need
    not be in it. Shown are the similarity, at most 1, what the garment is, and its id: the path of its photo.

    `fashionkit index info` lists the kinds and categories to give to --where. A VALUE that reads as a JSON number,
    true, false or null is that; everything else is text, as is what stands in double quotes: 'size="38"'.

    \b
    Examples:
      fashionkit search my-catalogue shirt.jpg
      fashionkit search my-catalogue shirt.jpg -k 3 --where kind=tops

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
            hits = retriever.search(photo, k, where=wanted)
            if not hits:
                asked = ", ".join(where or []) or "anything"
                tell(f"nothing found: of {len(retriever):,} items in {catalogue}, none has {asked}")
        if as_json:
            for hit in hits:
                show_json(hit.to_dict(), out)
        elif hits:
            show(draw(hits), screen(out))


def conditions(given: list[str]) -> dict[str, Any]:
    """Reads `key=value` texts.

    Raises:
        typer.BadParameter: One has no key or no `=`, or a key comes twice.

    >>> conditions(["kind=tops", "year=2020", 'size="38"'])
    {'kind': 'tops', 'year': 2020, 'size': '38'}
    """
    wanted: dict[str, Any] = {}
    for each in given:
        key, equals, value = each.partition("=")
        if not key or not equals:
            raise typer.BadParameter(f"--where {each!r} is no KEY=VALUE; write it like kind=tops")
        if key in wanted:
            raise typer.BadParameter(f"--where {key}=… is given twice, and nothing can have two values; give it once")
        wanted[key] = _value(value)
    return wanted


def _value(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, dict | list) else value
