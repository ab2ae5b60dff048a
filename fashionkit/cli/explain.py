"""`fashionkit explain`: where in a photo an answer comes from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from fashionkit.cli.exits import answering
from fashionkit.cli.options import AsJson, ModelName, check_names


def explain(
    photo: Annotated[str, typer.Argument(metavar="PHOTO", hidden=True)],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Picture to write.")] = Path(
        "fashionkit-explain.png"
    ),
    label: Annotated[str | None, typer.Option(metavar="LABEL", help="Explain this category instead.")] = None,
    attribute: Annotated[
        str | None, typer.Option(metavar="NAME[=VALUE]", help="Explain an attribute instead of the category.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="OTHER", help="Show what makes the photo look like another one.")
    ] = None,
    beside: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="ITEM", help="Show what holds an outfit together; once for each other item."),
    ] = None,
    model: ModelName = "default",
    as_json: AsJson = False,
) -> None:
    """Show where in a photo an answer comes from.

    PHOTO is the file of a photo. The picture shows it in grey, and in colour where it speaks for the answer: for the
    category that the model gives, for another LABEL, or for an attribute; or where it looks like OTHER, or what adds
    to the score of an outfit, photos side by side. Needs torch: pip install 'fashionkit[train]'.

    \b
    Examples:
      fashionkit explain shirt.jpg -o why.png
      fashionkit explain shirt.jpg --label blouse
      fashionkit explain shirt.jpg --attribute sleeve=long
      fashionkit explain shirt.jpg --like other.jpg
      fashionkit explain shirt.jpg --with jeans.jpg --with boots.jpg

    With --json there is one object: {"photo": …, "label": …, "probability": …, "output": …}; with --like {"photo": …,
    "like": …, "similarity": …, "output": …}; with --with {"photo": …, "with": […], "score": …, "weakest": …,
    "without": […], "output": …}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        check_names([photo, *([like] if like is not None else []), *(beside or [])])
        if sum(given is not None for given in (label, attribute, like, beside or None)) > 1:
            raise typer.BadParameter("give one of --label, --attribute, --like and --with")
        # What cannot be read is said before torch is loaded, which takes seconds; --help waits for neither.
        from fashionkit.images import read  # noqa: PLC0415

        names = (photo, *([] if like is None else [like]), *(beside or []))
        pixels = {name: read(name) for name in names}
        from fashionkit.models.source import locate  # noqa: PLC0415

        folder = locate(model)
        _check_known(folder, label, attribute)
        from fashionkit.cli.explaining import Asked, explained, in_words  # noqa: PLC0415
        from fashionkit.cli.show import show_json  # noqa: PLC0415

        asked = Asked(photo, label, attribute, like, tuple(beside or ()))
        explanation, place = explained(folder, asked, pixels, output)
        if as_json:
            others = {"like": like} if like is not None else {"with": beside} if beside else {}
            show_json({"photo": photo, **others, **explanation.to_dict(), "output": str(place)}, out)
        else:
            out.write(f"{in_words(asked, explanation)}: {place}\n")


def _check_known(folder: Path, label: str | None, attribute: str | None) -> None:
    """Refuses a category or an attribute that the model does not have."""
    if label is None and attribute is None:
        return
    from fashionkit.explain.answerable import check_attribute  # noqa: PLC0415
    from fashionkit.heads.labels import place_of  # noqa: PLC0415
    from fashionkit.models import Checkpoint  # noqa: PLC0415
    from fashionkit.models.wiring import head_of_kind  # noqa: PLC0415

    specs: Any = Checkpoint.open(folder).specs
    if label is not None:
        place_of(label, specs[head_of_kind(specs, "category")].every_label, "category")
    if attribute is not None:
        name, _, value = attribute.partition("=")
        check_attribute(specs[head_of_kind(specs, "attributes")], name, value or None)
