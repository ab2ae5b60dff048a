"""Explanations: where in a photo an answer comes from.

`Explainer` asks a model in torch, because the way back from an answer to the photo is a gradient: Grad-CAM for
convolutional backbones and attention roll-out for transformers (`relevance`), the exact split of a similarity over
places (`likeness`). `Explanation`, `Likeness` and `OutfitExplanation` hold maps over the photos as they were given, and
draw themselves.
`faithfulness` measures whether a map shows what counted. The room may import `models`, `heads`, `images` and what lies
below, and torch; its names are imported when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fashionkit.late import imported_late

if TYPE_CHECKING:
    from fashionkit.explain.explainer import Explainer
    from fashionkit.explain.explanation import Explanation
    from fashionkit.explain.faithfulness import Faithfulness, measure_faithfulness
    from fashionkit.explain.likeness import Likeness
    from fashionkit.explain.outfit import OutfitExplanation

__all__ = ["Explainer", "Explanation", "Faithfulness", "Likeness", "OutfitExplanation", "measure_faithfulness"]

_WHERE = {
    "Explainer": "fashionkit.explain.explainer",
    "Explanation": "fashionkit.explain.explanation",
    "Faithfulness": "fashionkit.explain.faithfulness",
    "Likeness": "fashionkit.explain.likeness",
    "OutfitExplanation": "fashionkit.explain.outfit",
    "measure_faithfulness": "fashionkit.explain.faithfulness",
}


def __getattr__(name: str) -> Any:
    return imported_late(__name__, _WHERE, name)
