from __future__ import annotations

import itertools

import numpy as np

from fashionkit.training.seeds import generator


def test_the_same_place_gives_the_same_numbers_and_others_give_others():
    places = list(itertools.product([0, 1], ["augment", "mix"], [(), (0,), (1,), (0, 1), (1, 0), (2**32,)]))
    drawn = [generator(seed, purpose, *place).random() for seed, purpose, place in places]
    again = [generator(seed, purpose, *place).random() for seed, purpose, place in places]
    assert drawn == again
    assert len(set(drawn)) == len(drawn)


def test_whole_numbers_of_numpy_are_whole_numbers():
    assert generator(np.int64(1), "mix", np.int32(2)).random() == generator(1, "mix", 2).random()
