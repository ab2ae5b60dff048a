"""A seeded history of a catalogue: what is done to it, and what it must hold afterwards."""

from __future__ import annotations

import itertools
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fashionkit.catalogue import Catalogue, IndexSettings

DIMENSION = 16
NAMES = [f"item-{number}" for number in range(40)]
KINDS = ("add", "remove", "compact", "reopen", "snapshot")

# What a catalogue holds: by id, the turn and number of the step that put it there.
State = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Step:
    turn: int
    number: int
    kind: str
    names: list[str]

    def perform(self, catalogue: Catalogue, index: IndexSettings) -> Catalogue:
        """Does it, and gives what to go on with; `index` is what it is opened anew with."""
        if self.kind == "add":
            known = [{"turn": self.turn, "number": self.number}] * len(self.names)
            catalogue.add(self.names, vectors_of(dict.fromkeys(self.names, (self.turn, self.number))), known)
        elif self.kind == "remove":
            catalogue.remove(self.names)
        elif self.kind == "compact":
            catalogue.compact()
        elif self.kind == "snapshot":
            catalogue.build_index()
        else:
            catalogue.close()
            return Catalogue.open(catalogue.folder, index=index)
        return catalogue

    def after(self, state: State) -> State:
        """What is there once it is done."""
        kept = {name: put for name, put in state.items() if self.kind != "remove" or name not in self.names}
        return kept | (dict.fromkeys(self.names, (self.turn, self.number)) if self.kind == "add" else {})

    def what(self, state: State) -> str:
        """Its kind, where an add that replaces something is a kind of its own."""
        return "upsert" if self.kind == "add" and state.keys() & set(self.names) else self.kind


def steps(turn: int) -> Iterator[Step]:
    """The same steps for the same turn, without end."""
    draw = random.Random(turn)  # noqa: S311 - to repeat, not to hide
    for number in itertools.count():
        kind = draw.choices(KINDS, (6, 5, 1, 1, 1))[0]
        yield Step(turn, number, kind, draw.sample(NAMES, draw.randint(1, 4)))


def vectors_of(state: State) -> np.ndarray:
    """n x DIMENSION, one for each id of a state; different for every id and step."""
    seeds = [[zlib.crc32(name.encode()), *put] for name, put in state.items()]
    return np.array([np.random.default_rng(seed).standard_normal(DIMENSION) for seed in seeds]).reshape(-1, DIMENSION)


def held(catalogue: Catalogue) -> State:
    """What a catalogue holds, after a look through every way of asking it: they must agree, and nothing be damaged."""
    state = {name: (known["turn"], known["number"]) for name, known in catalogue.known(NAMES).items()}
    assert list(catalogue.ids()) == sorted(state)
    assert len(catalogue) == len(state)
    verified = catalogue.verify()
    assert (verified.items, verified.problems) == (len(state), ())
    expected = vectors_of(state)
    expected /= np.linalg.norm(expected, axis=1, keepdims=True)
    np.testing.assert_allclose(catalogue.vectors(list(state)), expected, atol=1e-6)
    found = catalogue.search(expected, 1)
    assert [(hits[0].id, hits[0].metadata["number"]) for hits in found] == [(n, put[1]) for n, put in state.items()]
    return state
