"""One backbone, three heads, two data sets: `python examples/06_multi_task_training.py [MODEL]`, in seconds.

A shop knows what its garments are and what pattern they have; a studio took several photos of each product and knows
nothing else. Each set teaches the heads that it has labels for. Needs `pip install 'fashionkit[train]'`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from fashionkit import Analyzer, FashionModel, InputRule, Recipe, fit
from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.demo.garments import DrawnGarment, draw_wardrobe
from fashionkit.training import Phase, specs_for

PATTERNS = {"striped": "striped", "gingham": "checked", "checked": "checked", "dotted": "dotted"}


def main(output: Path) -> None:
    """Trains on both sets together, and asks the saved model everything in one pass."""
    garments = draw_wardrobe(size=128)
    shop, studio = shop_photos(garments), studio_photos(garments)
    # The specs follow from the labels: categories, groups of attributes, and an embedding where products are known.
    specs = specs_for([shop, studio])
    model = FashionModel(
        "test_efficientnet",  # tiny, with random weights. For real: "tf_efficientnet_lite0" with pretrained `weights`
        specs,
        input=InputRule(size=(64, 64)),  # for real: 224 px
    )
    recipe = Recipe(
        phases=(Phase(epochs=8, stages="all", learning_rate=0.005),),  # for real: Recipe.named("standard")
        batch_size=32,
        balance="uncertainty",  # each head's loss is weighed by how uncertain it is; `heads=` gives weights of your own
    )
    fit(model, [shop, studio], recipe, output)

    analyzer = Analyzer.load(output)
    for garment in garments[:4]:
        analysis = analyzer.analyze(garment.pixels)
        pattern = analysis.attributes["pattern"].label
        print(f"{garment.name}: {analysis.category.label}, {pattern}, {analysis.embedding.dimension} numbers")


def shop_photos(garments: list[DrawnGarment]) -> DataSet:
    """Photos with a category and an attribute; what is None is not known, and is never guessed."""
    photos = [
        LabelledPhoto(
            garment.pixels,
            {
                "category": garment.kind,
                "attributes": {"pattern": next((PATTERNS[w] for w in garment.name.split() if w in PATTERNS), "plain")},
            },
            id=garment.name,
        )
        for garment in garments
    ]
    return DataSet("shop", "train", tuple(photos), Path())


def studio_photos(garments: list[DrawnGarment]) -> DataSet:
    """Photos of which only the product is known: photos of one product shall lie close together."""
    photos = [
        LabelledPhoto(pixels, {"embedding": f"studio/{garment.name}"}, id=f"{garment.name}, {side}")
        for garment in garments
        for side, pixels in (("left", garment.pixels), ("right", garment.pixels[:, ::-1]))
    ]
    return DataSet("studio", "train", tuple(photos), Path())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(Path(sys.argv[1] if sys.argv[1:] else f"{place}/model"))
