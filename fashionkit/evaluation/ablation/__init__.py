"""What each part of a training brings: variants of it that differ in one thing, at the same budget, in one table.

`variants` says which there are, `trial` trains and measures one of them, `difference` compares two photo by photo,
`all_trials` goes through them and keeps what is done, `table` and `markdown` say what was found. The folder trains, and
so it is the one place of `evaluation` that needs torch: its names are imported when one is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fashionkit.late import imported_late

if TYPE_CHECKING:
    from fashionkit.evaluation.ablation.all_trials import ablate
    from fashionkit.evaluation.ablation.table import Ablation
    from fashionkit.evaluation.ablation.trial import Settings
    from fashionkit.evaluation.ablation.variants import Base, Variant, choose, variants_of

__all__ = ["Ablation", "Base", "Settings", "Variant", "ablate", "choose", "variants_of"]

_WHERE = {
    "Ablation": "fashionkit.evaluation.ablation.table",
    "Base": "fashionkit.evaluation.ablation.variants",
    "Settings": "fashionkit.evaluation.ablation.trial",
    "Variant": "fashionkit.evaluation.ablation.variants",
    "ablate": "fashionkit.evaluation.ablation.all_trials",
    "choose": "fashionkit.evaluation.ablation.variants",
    "variants_of": "fashionkit.evaluation.ablation.variants",
}


def __getattr__(name: str) -> Any:
    return imported_late(__name__, _WHERE, name)
