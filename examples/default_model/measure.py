"""Asks the saved model about the photos of val, and computes the figures."""

from __future__ import annotations

import itertools
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from figures import FEWEST_ROWS, Figure, classification, resampled
from labels import Labels
from numpy.typing import NDArray
from outfits import Outfits
from tables import Photo, Tables

from fashionkit.heads.attributes.result import DOES_NOT_APPLY
from fashionkit.metrics import fill_in_the_blank_accuracy, mean_absolute_error, mean_average_precision, roc_auc
from fashionkit.runtime import Model

Floats = NDArray[np.float32]
# Of labels that fewer train photos have, no figures are stated beside the data; nor are they here.
FEWEST = {"products": 10, "articles": 30, "design-family": 20}


class Measure:
    """The answers of a saved model to all photos of val, to the gallery of search, and to all items of outfits.

    Args:
        folder: The checkpoint.
        data: The folder of the sets.
        tables: Their photos.
        labels: What the tables say.
    """

    def __init__(self, folder: Path, data: Path, tables: Tables, labels: Labels) -> None:
        self.model, self.data, self.tables, self.labels = Model.load(folder), data, tables, labels
        self.answers: dict[str, list[Mapping[str, Floats]]] = {}
        self.val: dict[str, list[Photo]] = {}
        for name, photos in tables.items():
            # Whole sets where val searches among photos of train.
            asked = photos if name in ("design-flat", "outfits") else [p for p in photos if p.split == "val"]
            rows = [row for _, row in self.model.pipeline.stream([data / p.file for p in asked], _rows)]
            self.answers[name] = [row for row, p in zip(rows, asked, strict=True) if p.split == "val"]
            self.val[name] = [p for p in asked if p.split == "val"]
            if len(asked) == len(photos):
                self.answers[f"{name}, all"] = rows

    def figures(self) -> Iterator[Figure]:
        """All figures."""
        yield from self._categories()
        yield from self._groups()
        yield self._tags()
        yield self._year()
        yield from self._flat_of_worn()
        yield self._other_colours()
        yield from self._outfits()

    def _categories(self) -> Iterator[Figure]:
        yield from self._category("clothing label", "clothing", "clothing")
        common = {name for name, _ in Counter(self._train_labels("clothing", "clothing")).most_common(10)}
        yield from self._category("clothing label, 10 commonest", "clothing", "clothing", only=common)
        yield from self._category("products articleType", "products", "products")
        large = "products articleType, photos of 224 px"
        yield from self._category(large, "products", "products", where={"pixels": "224"})
        small = "products articleType, photos of 80 px"
        yield from self._category(small, "products", "products", where={"pixels": "80"})
        yield from self._category("articles product_type", "articles", "articles")
        yield from self._category("design flat family", "design-flat", "design-family")
        yield from self._category("design worn family", "design-worn", "design-family")
        yield from self._category("outfits type, items of val outfits alone", "outfits", "outfits")

    def _category(
        self,
        what: str,
        name: str,
        words: str,
        only: set[str] | None = None,
        where: Mapping[str, str] | None = None,
    ) -> list[Figure]:
        """The answer restricted to the labels of a set, or to some of them."""
        taxonomy = self.labels.taxonomy
        train = Counter(self._train_labels(name, words))
        asked = [label for label in taxonomy.labels_of(words) if train[label] >= FEWEST.get(words, 1)]
        asked = [label for label in asked if only is None or label in only]
        columns = {t: place for place, t in enumerate(taxonomy.types)}
        spec = self.model.specs["category"]
        given, wanted = [], []
        for photo, row in zip(self.val[name], self.answers[name], strict=True):
            label = self._label(photo, words)
            if label in asked and all(photo.row[column] == cell for column, cell in (where or {}).items()):
                shares = spec.read(row["category"][None], {})[0].probabilities
                sums = {one: sum(shares[columns[t]] for t in taxonomy.types_of(words, one)) for one in asked}
                given.append(max(sums, key=sums.__getitem__))
                wanted.append(label)
        return classification(what, given, wanted, _always(train, wanted)) if len(wanted) >= FEWEST_ROWS else []

    def _label(self, photo: Photo, words: str) -> str | None:
        cell = photo.row[self.labels.taxonomy.column_of(words)]
        return self.labels.taxonomy.label_of(words, cell) if cell else None

    def _train_labels(self, name: str, words: str) -> Iterator[str]:
        labels = (self._label(photo, words) for photo in self.tables[name] if photo.split == "train")
        return (label for label in labels if label is not None)

    def _groups(self) -> Iterator[Figure]:
        """Each group on each set that has it, among its labels; whether it applies at all is a figure of its own."""
        groups = self.model.specs["attributes"].groups
        for group, name in itertools.product(groups, self.val):
            if name.split("-")[0] in self.labels.groups[group].columns:
                yield from self._group(group, name)
        for group, rule in groups.items():
            if rule.may_not_apply:
                yield from self._applies(group)

    def _group(self, group: str, name: str) -> list[Figure]:
        spec = self.model.specs["attributes"]
        choices, columns = spec.groups[group].labels, spec.group_columns[group]
        train, control = self._control(group, name)
        given, wanted, guessed = [], [], []
        for photo, row in zip(self.val[name], self.answers[name], strict=True):
            label = self.labels.group(group, photo)
            if label in choices:
                given.append(choices[int(row["attributes"][columns][: len(choices)].argmax())])
                wanted.append(label)
                guessed.append(control.get(photo.row.get("family", ""), train.most_common(1)[0][0]))
        what = f"{name.replace('-', ' ')} {group}"
        if len(wanted) < FEWEST_ROWS:
            return []
        if name.startswith("design"):
            share = statistics.mean(guess == label for guess, label in zip(guessed, wanted, strict=True))
            return classification(what, given, wanted, f"by its family alone: {share:.3f}")
        return classification(what, given, wanted, _always(train, wanted))

    def _control(self, group: str, name: str) -> tuple[Counter[str], dict[str, str]]:
        """The labels of train, and the commonest label of each family there."""
        train: Counter[str] = Counter()
        of_family: dict[str, Counter[str]] = defaultdict(Counter)
        for photo in self.tables[name]:
            label = self.labels.group(group, photo) if photo.split == "train" else None
            if label is not None and label != DOES_NOT_APPLY:
                train[label] += 1
                of_family[photo.row.get("family", "")][label] += 1
        return train, {family: labels.most_common(1)[0][0] for family, labels in of_family.items()}

    def _applies(self, group: str) -> Iterator[Figure]:
        """How often "does not apply" is the answer where it is right, and where it is wrong."""
        spec = self.model.specs["attributes"]
        columns, choices = spec.group_columns[group], spec.groups[group].choices
        said: dict[bool, list[bool]] = {True: [], False: []}
        for name, photos in self.val.items():
            for photo, row in zip(photos, self.answers[name], strict=True):
                label = self.labels.group(group, photo)
                if label is not None:
                    answer = choices[int(row["attributes"][columns].argmax())]
                    said[label == DOES_NOT_APPLY].append(answer == DOES_NOT_APPLY)
        for right, measure in ((True, "recall"), (False, "false alarms")):
            found = np.array(said[right])
            what = f"{group} {DOES_NOT_APPLY}"
            yield resampled(what, measure, len(found), lambda rows, found=found: float(found[rows].mean()))

    def _tags(self) -> Figure:
        spec = self.model.specs["attributes"]
        scores = np.stack([row["attributes"][spec.tag_columns] for row in self.answers["street"]])
        present = np.array([[tag in p.row["tags"].split("|") for tag in spec.tags] for p in self.val["street"]])
        prior = f"by chance: {present.mean(0)[present.any(0)].mean():.3f}"
        return resampled(
            "street tags",
            "mAP",
            len(scores),
            lambda rows: mean_average_precision(scores[rows], present[rows].astype(float)),
            prior,
        )

    def _year(self) -> Figure:
        spec = self.model.specs["attributes"]
        rows = [(float(p.row["year"]), a) for p, a in zip(self.val["products"], self.answers["products"], strict=True)]
        wanted = np.array([year for year, _ in rows])
        given = np.array([spec.read(answer["attributes"][None], {})[0]["year"].value for _, answer in rows])
        middle = statistics.median(float(p.row["year"]) for p in self.tables["products"] if p.split == "train")
        control = f"always saying {middle:.0f}: {np.abs(wanted - middle).mean():.2f}"
        return resampled(
            "products year",
            "mean absolute error",
            len(wanted),
            lambda some: mean_absolute_error(given[some], wanted[some]),
            control,
        )

    def _flat_of_worn(self) -> Iterator[Figure]:
        gallery = np.stack([row["embedding"] for row in self.answers["design-flat, all"]])
        own = [place for place, photo in enumerate(self.tables["design-flat"]) if photo.split == "val"]
        similar = np.stack([row["embedding"] for row in self.answers["design-worn"]]) @ gallery.T
        ranks = (similar > similar[np.arange(len(own)), own][:, None]).sum(1)
        for k in (1, 20):
            what = f"design worn → flat among {len(gallery):,}"
            control = f"by chance: {k / len(gallery):.4f}"
            yield resampled(what, f"R@{k}", len(own), lambda rows, k=k: float((ranks[rows] < k).mean()), control)

    def _other_colours(self) -> Figure:
        products = np.array([photo.row["product"] for photo in self.val["articles"]])
        vectors = np.stack([row["embedding"] for row in self.answers["articles"]])
        similar = vectors @ vectors.T
        np.fill_diagonal(similar, -np.inf)
        several = np.array([(products == product).sum() > 1 for product in products])
        hit = (products[similar.argmax(1)] == products)[several]
        what = f"articles, the product in another colour among {len(products) - 1:,}"
        return resampled(what, "R@1", len(hit), lambda rows: float(hit[rows].mean()))

    def _outfits(self) -> Iterator[Figure]:
        items = [photo.row["item"] for photo in self.tables["outfits"]]
        vector = dict(zip(items, (row["embedding"] for row in self.answers["outfits, all"]), strict=True))
        read = Outfits.read(self.data, items)
        together = Counter(pair for outfit in read.train for pair in itertools.combinations(sorted(outfit), 2))
        choices = [[[*there, one] for one in (answer, *wrong)] for there, answer, wrong in read.blanks]
        scores = np.array(self._scores([s for sets in choices for s in sets], vector)).reshape(len(choices), -1)
        seen = np.array([[_pairs(s, together) for s in sets] for sets in choices], float)
        yield resampled(
            "outfits, mixed, fill in the blank",
            "accuracy",
            len(scores),
            lambda rows: fill_in_the_blank_accuracy(scores[rows]),
            f"by items seen together in train: {fill_in_the_blank_accuracy(seen):.3f}",
        )
        made = np.array([whether for _, whether in read.judged], float)
        judged = np.array(self._scores([outfit for outfit, _ in read.judged], vector))
        seen_together = [_pairs(outfit, together) for outfit, _ in read.judged]
        yield resampled(
            "outfits, mixed, made or mixed",
            "ROC AUC",
            len(judged),
            lambda rows: roc_auc(judged[rows], made[rows]),
            f"by items seen together in train: {roc_auc(seen_together, made):.3f}",
        )

    def _scores(self, sets: Sequence[Sequence[str]], vector: Mapping[str, Floats]) -> list[float]:
        stacked = [np.stack([vector[item] for item in outfit]) for outfit in sets]
        return [answer.score for answer in self.model.read_sets("outfit", stacked)]


def _rows(outputs: Mapping[str, Floats]) -> list[Mapping[str, Floats]]:
    """The raw outputs of a batch, photo by photo."""
    return [
        {name: raw[place].copy() for name, raw in outputs.items()} for place in range(len(next(iter(outputs.values()))))
    ]


def _always(train: Counter[str], wanted: Sequence[str]) -> str:
    commonest = train.most_common(1)[0][0]
    return f"always saying {commonest!r}: {statistics.mean(label == commonest for label in wanted):.3f}"


def _pairs(outfit: Sequence[str], together: Mapping[tuple[str, str], int]) -> float:
    return float(sum(together[pair] for pair in itertools.combinations(sorted(outfit), 2)))
