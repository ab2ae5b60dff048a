"""fashionkit: what a garment is, what it is like, what goes with it and what looks like it, from one pass over a photo.

    from fashionkit import Classifier, Retriever

    Classifier.load("models/mine").predict("shirt.jpg").label

Everything below is imported when it is first asked for, so `import fashionkit` costs nothing, and torch is imported
only by those who train, export, or ask for the torch engine.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from fashionkit.errors import (
    CatalogueError,
    ConfigError,
    DataError,
    EngineError,
    FashionkitError,
    ImageError,
    ModelError,
)
from fashionkit.version import __version__

if TYPE_CHECKING:
    from fashionkit.datasets import open_data
    from fashionkit.evaluation.evaluate import evaluate
    from fashionkit.evaluation.report import Report
    from fashionkit.explain import Explainer, Explanation
    from fashionkit.heads import check_head
    from fashionkit.heads.attributes.result import Attributes
    from fashionkit.heads.attributes.spec import AttributesSpec, Group, NumberRule, TagRule
    from fashionkit.heads.category.result import Category
    from fashionkit.heads.category.spec import CategorySpec
    from fashionkit.heads.embedding.result import Embedding
    from fashionkit.heads.embedding.spec import EmbeddingSpec
    from fashionkit.heads.outfit.result import OutfitScore
    from fashionkit.heads.outfit.spec import OutfitSpec
    from fashionkit.images import InputRule, Limits, read as load_image
    from fashionkit.models import Backbone, FashionModel, check_backbone
    from fashionkit.results import Hit, Suggestion
    from fashionkit.tasks import Analysis, Analyzer, AttributePredictor, Classifier, OutfitScorer, Retriever
    from fashionkit.training import Recipe, fit

__all__ = [
    "Analysis",
    "Analyzer",
    "AttributePredictor",
    "Attributes",
    "AttributesSpec",
    "Backbone",
    "CatalogueError",
    "Category",
    "CategorySpec",
    "Classifier",
    "ConfigError",
    "DataError",
    "Embedding",
    "EmbeddingSpec",
    "EngineError",
    "Explainer",
    "Explanation",
    "FashionModel",
    "FashionkitError",
    "Group",
    "Hit",
    "ImageError",
    "InputRule",
    "Limits",
    "ModelError",
    "NumberRule",
    "OutfitScore",
    "OutfitScorer",
    "OutfitSpec",
    "Recipe",
    "Report",
    "Retriever",
    "Suggestion",
    "TagRule",
    "__version__",
    "check_backbone",
    "check_head",
    "evaluate",
    "fit",
    "load_image",
    "open_data",
]

_WHERE = {
    "Analysis": "fashionkit.tasks",
    "Analyzer": "fashionkit.tasks",
    "AttributePredictor": "fashionkit.tasks",
    "Attributes": "fashionkit.heads.attributes.result",
    "AttributesSpec": "fashionkit.heads.attributes.spec",
    "Backbone": "fashionkit.models",
    "Category": "fashionkit.heads.category.result",
    "CategorySpec": "fashionkit.heads.category.spec",
    "Classifier": "fashionkit.tasks",
    "Embedding": "fashionkit.heads.embedding.result",
    "EmbeddingSpec": "fashionkit.heads.embedding.spec",
    "Explainer": "fashionkit.explain",
    "Explanation": "fashionkit.explain",
    "FashionModel": "fashionkit.models",
    "Group": "fashionkit.heads.attributes.spec",
    "Hit": "fashionkit.results",
    "InputRule": "fashionkit.images",
    "Limits": "fashionkit.images",
    "NumberRule": "fashionkit.heads.attributes.spec",
    "OutfitScore": "fashionkit.heads.outfit.result",
    "OutfitScorer": "fashionkit.tasks",
    "OutfitSpec": "fashionkit.heads.outfit.spec",
    "Recipe": "fashionkit.training",
    "Report": "fashionkit.evaluation",
    "Retriever": "fashionkit.tasks",
    "Suggestion": "fashionkit.results",
    "TagRule": "fashionkit.heads.attributes.spec",
    "check_backbone": "fashionkit.models",
    "check_head": "fashionkit.heads",
    "evaluate": "fashionkit.evaluation",
    "fit": "fashionkit.training",
    "load_image": "fashionkit.images:read",
    "open_data": "fashionkit.datasets",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'fashionkit' has no attribute {name!r}")
    module, _, other_name = _WHERE[name].partition(":")
    value = getattr(importlib.import_module(module), other_name or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
