"""How good a model is: on one split of a data set, by named protocols, with intervals and beside its controls.

`evaluate` asks the model about every photo once, through `runtime.Pipeline`, and hands the raw outputs to one file a
protocol: `labels`, `tags`, `quantities`, `search`, `outfits`. `fields` says which questions a data set asks, `reading`
how the model answers them in the set's words, `train_split` what is known without any photo. The room may import
`tasks`, `runtime`, `datasets`, the specs of `heads`, `metrics` and what lies below; it never imports torch, but for
`ablation`, which trains and is imported apart.
"""

from fashionkit.evaluation.evaluate import evaluate
from fashionkit.evaluation.figure import Figure
from fashionkit.evaluation.report import Report

__all__ = ["Figure", "Report", "evaluate"]
