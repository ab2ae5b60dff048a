"""Labelled photos and outfits, read from the forms in which data sets come.

`open_data` recognises what lies in a folder: a table, folders of photos, or a public data set in its published form.
One file reads one form; `formats` lists them. Reading looks at tables and lists, never into a photo. `check` looks
into the photos too, and says what is wrong with a set before training finds out. The room may import
`fashionkit.images`, `taxonomy`, `config` and `errors`; it knows no heads and never imports torch.
"""

from __future__ import annotations

from fashionkit.datasets.check import check
from fashionkit.datasets.formats import open_data, splits_of
from fashionkit.datasets.image_folder import image_folder
from fashionkit.datasets.outfits import Judged, Outfit, OutfitSet, Question
from fashionkit.datasets.photos import DataSet, LabelledPhoto
from fashionkit.datasets.problem import Problem
from fashionkit.datasets.table import table
from fashionkit.datasets.with_taxonomy import with_taxonomy

__all__ = [
    "DataSet",
    "Judged",
    "LabelledPhoto",
    "Outfit",
    "OutfitSet",
    "Problem",
    "Question",
    "check",
    "image_folder",
    "open_data",
    "splits_of",
    "table",
    "with_taxonomy",
]
