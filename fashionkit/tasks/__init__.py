"""Tasks: what applications import. Each asks one question of photos, through the one pipeline of `runtime`.

This room may import every room below it; it never imports torch, which only the torch engine needs.
"""

from fashionkit.tasks.analysis import Analysis
from fashionkit.tasks.analyzer import Analyzer
from fashionkit.tasks.attribute_predictor import AttributePredictor
from fashionkit.tasks.classifier import Classifier
from fashionkit.tasks.outfit_scorer import OutfitScorer
from fashionkit.tasks.retriever import Retriever

__all__ = ["Analysis", "Analyzer", "AttributePredictor", "Classifier", "OutfitScorer", "Retriever"]
