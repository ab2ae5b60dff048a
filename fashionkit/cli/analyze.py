"""`fashionkit analyze`: what garments are, and what they are like."""

from __future__ import annotations

import os
from typing import Annotated

import typer

import fashionkit
from fashionkit.cli.exits import answering, end, tell
from fashionkit.cli.options import AsJson, ModelName, PhotoNames, check_names


def analyze(
    photos: PhotoNames,
    *,
    model: ModelName = "default",
    as_json: AsJson = False,
    embedding: Annotated[bool, typer.Option("--embedding", help="Also print the photo's vector.")] = False,
) -> None:
    """Say what each garment is and what it is like.

    PHOTO is the file of a photo, or several: JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF. A photo that cannot be read gets
    one line on stderr, and the others are still answered. Attributes are shown from 50 % on.

    \b
    Examples:
      fashionkit analyze shirt.jpg
      fashionkit analyze photos/*.jpg --json > answers.jsonl

    With --json there is one object a photo, as soon as it is answered: {"photo": …, "category": …, "attributes": …},
    or {"photo": …, "error": …}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        check_names(photos)
        from fashionkit.cli.draw_analysis import draw  # noqa: PLC0415  # what it imports would slow down --help
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        analyzer = fashionkit.Analyzer.load(model)
        vectors = {name for name, spec in analyzer.model.specs.items() if spec.kind == "embedding"}
        left_out = set() if embedding else vectors
        console = screen(out)
        failures = 0
        for place, answer in analyzer.stream(photos, on_error="return"):
            photo = photos[place]
            if isinstance(answer, fashionkit.ImageError):
                failures += 1
                reason = _reason(photo, answer)
                tell(f"error: {photo}: {reason}")
                if as_json:
                    show_json({"photo": photo, "error": reason}, out)
                continue
            answers = {name: answer[name] for name in answer if name not in left_out}
            if as_json:
                show_json({"photo": photo, **{name: each.to_dict() for name, each in answers.items()}}, out)
            else:
                show(draw(photo, answers, console.width), console)
        end(failures)


def _reason(photo: str, error: fashionkit.ImageError) -> str:
    if os.path.isdir(photo):  # noqa: PTH112  # Path raises for names that no file can have
        return "this is a folder; give its photos, or put it into a catalogue with `fashionkit index add`"
    return error.reason
