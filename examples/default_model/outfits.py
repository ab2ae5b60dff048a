"""Outfits of stylists: learning what goes together, and the questions of val."""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tables import read_rows
from torch.nn import functional

from fashionkit import FashionModel

Vectors = Mapping[str, NDArray[np.float32]]

BATCH = 128
FEWEST_STEPS = 20
WRONG = 7
WEIGHT_DECAY = 0.05
# Noise on an item's vector, of length 1: with it an outfit is not simply learned by heart.
NOISE = 0.5


@dataclass(frozen=True)
class Outfits:
    """The tables of the set.

    Attributes:
        train: Items of each train outfit.
        blanks: Questions of val: what is there, the answer, the wrong answers.
        judged: Outfits of val, and whether a stylist made them.
        pools: By family and era of an item: the items of train outfits, as often as they are used there.
        pool_of: The family and era of an item.
    """

    train: Sequence[Sequence[str]]
    blanks: Sequence[tuple[Sequence[str], str, Sequence[str]]]
    judged: Sequence[tuple[Sequence[str], bool]]
    pools: Mapping[tuple[str, str], Sequence[str]]
    pool_of: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, data: Path, items: Collection[str]) -> Outfits:
        """Reads the tables of the folder `outfits`: the rows all of whose items are known."""
        folder = data / "outfits"
        known = set(items)
        rows = [
            row
            for row in read_rows(folder / "outfits.csv")
            if row["split"] == "train" and known.issuperset(row["items"].split())
        ]
        used = Counter(item for row in rows for item in row["items"].split())
        era = {item: row["era"] for row in rows for item in row["items"].split()}
        families = {row["item"]: row["family"] for row in read_rows(folder / "items.csv")}
        pool_of = {item: (families[item], era[item]) for item in used}
        pools = defaultdict(list)
        for item, times in used.items():
            pools[pool_of[item]] += [item] * times
        blanks = [
            (row["context"].split(), row["answer"], row["wrong"].split())
            for row in read_rows(folder / "fitb.csv")
            if row["split"] == "val"
        ]
        judged = [
            (row["items"].split(), row["compatible"] == "1")
            for row in read_rows(folder / "compatibility.csv")
            if row["split"] == "val"
        ]
        return cls(
            [row["items"].split() for row in rows],
            [(there, answer, wrong) for there, answer, wrong in blanks if known.issuperset([*there, answer, *wrong])],
            [(outfit, made) for outfit, made in judged if known.issuperset(outfit)],
            dict(pools),
            pool_of,
        )


def fit_outfits(model: FashionModel, outfits: Outfits, vectors: Sequence[Vectors], epochs: int) -> None:
    """Learns to fill in the blank among items of one family and era, and to tell made outfits from mixed ones.

    Args:
        model: Its outfit head is fitted.
        outfits: The tables.
        vectors: The embedding of every item, once for each view of its photo.
        epochs: How often each outfit is seen.
    """
    began, draw, head = time.monotonic(), random.Random(0), model.heads["outfit"].train()
    steps = max(FEWEST_STEPS, epochs * len(outfits.train) // BATCH)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=WEIGHT_DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-3, total_steps=steps, pct_start=0.1)
    targets = torch.from_numpy(model.specs["outfit"].encode([True] * BATCH + [False] * BATCH))
    for _ in range(steps):
        made = draw.choices(outfits.train, k=BATCH)
        choices = [choice for outfit in made for choice in _blanks(outfit, outfits, draw)]
        mixed = [[draw.choice(outfits.pools[outfits.pool_of[item]]) for item in outfit] for outfit in made]
        logits = _logits(model, [*choices, *mixed], vectors, draw)
        blanks = logits[: len(choices)].reshape(BATCH, 1 + WRONG)
        told_apart = head.loss(torch.cat([blanks[:, :1], logits[len(choices) :]]), targets)
        loss = functional.cross_entropy(blanks, torch.zeros(BATCH, dtype=torch.long)) + told_apart
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    head.eval()
    print(f"outfit: {steps} steps, loss {loss.item():.3f}, {time.monotonic() - began:.0f} s", flush=True)


def _blanks(outfit: Sequence[str], outfits: Outfits, draw: random.Random) -> list[list[str]]:
    """An outfit, and then the same with one item replaced by others of its family and era."""
    place = draw.randrange(len(outfit))
    others = draw.choices(outfits.pools[outfits.pool_of[outfit[place]]], k=WRONG)
    return [list(outfit), *([*outfit[:place], other, *outfit[place + 1 :]] for other in others)]


def _logits(
    model: FashionModel, sets: Sequence[Sequence[str]], vectors: Sequence[Vectors], draw: random.Random
) -> torch.Tensor:
    stacked = [np.stack([draw.choice(vectors)[item] for item in items]) for items in sets]
    packed = {name: torch.from_numpy(value) for name, value in model.specs["outfit"].pack(stacked).items()}
    items = packed["items"]
    packed["items"] = items + torch.randn_like(items) * NOISE * items.shape[-1] ** -0.5
    return model.score_sets("outfit", packed)


@torch.no_grad()
def scores(model: FashionModel, sets: Sequence[Sequence[str]], vectors: Vectors) -> NDArray[np.float32]:
    """The logit of each outfit."""
    found = []
    for start in range(0, len(sets), 1024):
        packed = model.specs["outfit"].pack(
            [np.stack([vectors[item] for item in items]) for items in sets[start : start + 1024]]
        )
        inputs = {name: torch.from_numpy(value) for name, value in packed.items()}
        found.append(model.score_sets("outfit", inputs)[:, 0].numpy())
    return np.concatenate(found)
