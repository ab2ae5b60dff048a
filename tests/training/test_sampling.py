from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.training.sampling import Balanced, Pairs, Shuffled

seeds = st.integers(0, 2**40)


@settings(max_examples=40, deadline=None)
@given(photos=st.integers(1, 40), seed=seeds, number=st.integers(0, 50))
def test_shuffled_gives_every_photo_once_and_always_the_same(photos, seed, number):
    cycle = Shuffled(photos, seed).cycle(number)
    assert cycle.dtype == np.int64
    assert sorted(cycle.tolist()) == list(range(photos))
    assert np.array_equal(cycle, Shuffled(photos, seed).cycle(number))


def test_shuffled_differs_by_cycle_and_seed():
    cycles = {tuple(Shuffled(20, seed).cycle(number).tolist()) for seed in range(3) for number in range(3)}
    assert len(cycles) == 9


@settings(max_examples=60, deadline=None)
@given(
    classes=st.lists(st.integers(-1, 3), min_size=1, max_size=40),
    seed=seeds,
    power=st.sampled_from([0.0, 0.5, 1.0]),
    number=st.integers(0, 20),
)
def test_balanced_gives_each_class_its_share(classes, seed, power, number):
    order = Balanced(classes, seed, power)
    drawn = Counter(classes[place] for place in order.cycle(number).tolist())
    counts = Counter(each for each in classes if each >= 0)
    total = sum(count**power for count in counts.values())
    for each, count in counts.items():
        assert abs(drawn[each] - count**power / total * counts.total()) <= 1
        assert drawn[each] >= 1
    assert drawn[-1] == Counter(classes)[-1]
    assert len(order.cycle(number)) == order.length == drawn.total()
    assert np.array_equal(order.cycle(number), Balanced(classes, seed, power).cycle(number))


@settings(max_examples=30, deadline=None)
@given(classes=st.lists(st.integers(0, 2), min_size=1, max_size=20), seed=seeds)
def test_balanced_gives_no_photo_again_before_the_others_of_its_class(classes, seed):
    order = Balanced(classes, seed)
    drawn = Counter(place for number in range(7) for place in order.cycle(number).tolist())
    for each in set(classes):
        times = [drawn[place] for place, its in enumerate(classes) if its == each]
        assert max(times) - min(times) <= 1


@settings(max_examples=60, deadline=None)
@given(
    identities=st.lists(st.integers(-2, 8), max_size=30).map(lambda some: [*some, 0, 0, 3, 3, 5, 5, 8, 8]),
    products=st.integers(2, 4),
    photos=st.integers(2, 4),
    seed=seeds,
    number=st.integers(0, 20),
)
def test_pairs_are_p_identities_with_k_photos_in_every_batch(identities, products, photos, seed, number):
    counts = Counter(each for each in identities if each >= 0)
    several = {each for each, count in counts.items() if count >= 2}
    order = Pairs(identities, products, photos, seed)
    cycle = order.cycle(number)
    assert cycle.dtype == np.int64
    assert len(cycle) == order.length == len(several) // products * products * photos
    shown = []
    for batch in cycle.reshape(-1, products, photos):
        whose = [{identities[place] for place in run.tolist()} for run in batch]
        assert all(len(each) == 1 for each in whose)
        assert len(set.union(*whose)) == products
        shown += [each.pop() for each in whose]
        for run, identity in zip(batch.tolist(), shown[-products:], strict=True):
            assert len(set(run)) == min(photos, counts[identity])
    assert len(set(shown)) == len(shown)
    assert set(shown) <= several
    assert np.array_equal(cycle, Pairs(identities, products, photos, seed).cycle(number))


def test_pairs_bring_everything_in_the_end():
    identities = [place // 3 for place in range(33)]
    order = Pairs(identities, products=4, photos=2, seed=0)
    assert {place for number in range(30) for place in order.cycle(number).tolist()} == set(range(33))


def test_pairs_of_names_as_the_head_encodes_them():
    identities = np.array([2**62 + 1, 2**62, 2**62 + 1, 2**62], np.int64)
    runs = Pairs(identities, products=2, photos=2, seed=0).cycle(0).reshape(2, 2)
    assert sorted(sorted(run) for run in runs.tolist()) == [[0, 2], [1, 3]]


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Shuffled(0, 0), ConfigError, "photos, how many there are"),
        (lambda: Balanced([], 0), DataError, "one whole number for each photo"),
        (lambda: Balanced([0.5], 0), DataError, "one whole number"),
        (lambda: Balanced([[0]], 0), DataError, "one whole number"),
        (lambda: Balanced([0], 0, power=2.0), ConfigError, "power is 2.0"),
        (lambda: Balanced([0], 0, power=float("nan")), ConfigError, "power is nan"),
        (lambda: Pairs([], 2, 2, 0), DataError, "one whole number"),
        (lambda: Pairs([0, 0, 1], 2, 2, 0), DataError, "1 identities have two photos"),
        (lambda: Pairs([-1, -1], 2, 2, 0), DataError, "0 identities"),
        (lambda: Pairs([0, 0, 1, 1], 1, 2, 0), ConfigError, "products of a batch is 1"),
        (lambda: Pairs([0, 0, 1, 1], 2, 1, 0), ConfigError, "photos of a batch is 1"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_balanced_of_nothing_known_is_as_it_is():
    assert sorted(Balanced([-1, -1, -1], 0).cycle(0).tolist()) == [0, 1, 2]
