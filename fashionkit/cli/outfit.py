"""`fashionkit outfit`: how well garments go together."""

from __future__ import annotations

import fashionkit
from fashionkit.cli.exits import answering
from fashionkit.cli.options import AsJson, ModelName, PhotoNames, check_names


def outfit(photos: PhotoNames, *, model: ModelName = "default", as_json: AsJson = False) -> None:
    """Score how well 2 to 16 garments go together.

    PHOTO is the file of a photo of one garment; give 2 to 16 of them. The score lies between 0 and 1; above 0.5 the
    garments are more like an outfit that a stylist made than like a random one. From three garments on, the score
    without each of them is given too: the weakest is the one without which the rest scores best.

    \b
    Examples:
      fashionkit outfit shirt.jpg jeans.jpg boots.jpg
      fashionkit outfit shirt.jpg jeans.jpg --json

    With --json there is one object: {"photos": […], "score": …, "weakest": …, "without": […]}; `weakest` is a place
    in `photos`, counted from 0.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        check_names(photos)
        from fashionkit.cli.draw_outfit import draw  # noqa: PLC0415  # what it imports would slow down --help
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        scored = fashionkit.OutfitScorer.load(model).score(photos)
        if as_json:
            show_json({"photos": photos, **scored.to_dict()}, out)
        else:
            show(draw(photos, scored), screen(out))
