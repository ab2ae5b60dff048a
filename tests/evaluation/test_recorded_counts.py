"""What is recorded of the train splits is what their tables hold."""

from __future__ import annotations

import csv
import statistics
from collections import Counter

import pytest

from fashionkit.evaluation.recorded import recorded
from fashionkit.taxonomy import Taxonomy

pytestmark = pytest.mark.light


def train_rows(data, name):
    with (data / name / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == "train"]


@pytest.mark.parametrize("name", ["clothing", "products", "articles"])
def test_counts_are_those_of_the_table(data, name):
    taxonomy, rows, found = Taxonomy.load(), train_rows(data, name), recorded(name)
    assert found.counts
    for column, counts in found.counts.items():
        cells = [row[column] for row in rows if row[column]]
        if column == taxonomy.column_of(name):
            cells = [taxonomy.label_of(name, cell) for cell in cells]
        held = Counter(cells)
        assert counts == {label: held[label] for label in counts}, column


def test_two_photos_of_a_product_count_as_two(data):
    held = Counter(row["sleeve"] for row in train_rows(data, "design"))
    counts = recorded("design").counts["sleeve"]
    assert counts == {label: 2 * held[label] for label in counts}


def test_the_median_year_is_that_of_the_table(data):
    years = [float(row["year"]) for row in train_rows(data, "products") if row["year"]]
    assert recorded("products").medians == {"year": statistics.median(years)}
