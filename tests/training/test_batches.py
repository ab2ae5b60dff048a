from __future__ import annotations

import pickle
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.training.batches import PERIOD, Batches, Part, mixed_batches, shares
from fashionkit.training.sampling import Balanced, Pairs, Shuffled

sets = st.lists(st.integers(1, 30), min_size=1, max_size=4).map(
    lambda sizes: {f"set {n}": s for n, s in enumerate(sizes)}
)


def set_of(photo, sizes):
    return int(np.searchsorted(np.cumsum(list(sizes.values())), photo, side="right"))


@settings(max_examples=40, deadline=None)
@given(sizes=sets, size=st.integers(1, 12), seed=st.integers(0, 10**6), power=st.sampled_from([0.0, 0.5, 1.0]))
def test_every_batch_is_full_and_every_set_has_its_share(sizes, size, seed, power):
    batches = mixed_batches(sizes, size, seed, power=power)
    drawn = Counter()
    wanted = shares(sizes, power=power)
    for step in range(30):
        batch = batches.batch(step)
        assert batch.dtype == np.int64
        assert len(batch) == size
        assert batch.min() >= 0
        assert batch.max() < sum(sizes.values())
        drawn.update(set_of(photo, sizes) for photo in batch.tolist())
        for place, name in enumerate(sizes):
            assert abs(drawn[place] - wanted[name] * size * (step + 1)) < len(sizes)


@settings(max_examples=40, deadline=None)
@given(
    sizes=sets,
    size=st.integers(1, 12),
    seed=st.integers(0, 10**6),
    steps=st.lists(st.integers(0, 3 * PERIOD), min_size=1, max_size=6),
)
def test_a_batch_depends_on_its_step_alone(sizes, size, seed, steps):
    one = mixed_batches(sizes, size, seed)
    for step in steps:
        assert np.array_equal(one.batch(step), mixed_batches(sizes, size, seed).batch(step))


@settings(max_examples=30, deadline=None)
@given(sizes=sets, size=st.integers(1, 9), seed=st.integers(0, 10**6))
def test_a_set_gives_all_its_photos_before_one_again(sizes, size, seed):
    batches = mixed_batches(sizes, size, seed)
    drawn = Counter(photo for step in range(40) for photo in batches.batch(step).tolist())
    start = 0
    for count in sizes.values():
        times = [drawn[photo] for photo in range(start, start + count)]
        assert max(times) - min(times) <= 1
        start += count


def test_the_row_goes_on_from_period_to_period():
    batches, order = mixed_batches({"a": 7}, size=3, seed=5), Shuffled(7, seed=5)
    steps = range(PERIOD - 3, PERIOD + 4)
    row = np.concatenate([order.cycle(number) for number in range(3 * steps.stop // 7 + 1)])
    seen = np.concatenate([batches.batch(step) for step in steps])
    assert np.array_equal(seen, row[3 * steps.start : 3 * steps.stop])


def test_two_sets_of_one_size_are_not_drawn_in_step():
    batches = mixed_batches({"a": 50, "b": 50}, size=100, seed=0)
    first, second = (part - part.min() for part in np.split(batches.batch(0), 2))
    assert sorted(first.tolist()) == sorted(second.tolist())
    assert not np.array_equal(first, second)


@settings(max_examples=40, deadline=None)
@given(world=st.integers(1, 5), size=st.integers(8, 20), seed=st.integers(0, 10**6), step=st.integers(0, 50))
def test_ranks_share_a_batch_and_pairs_stay_together(world, size, seed, step):
    identities = np.array([0, 0, 1, 1, 2, 2, 3, 3, -1, -1, 4], np.int64)
    batches = mixed_batches({"a": 8, "b": 3}, size, seed, identities=identities, products=4, photos=2)
    whole = batches.batch(step)
    shared = [batches.batch(step, rank=rank, world=world) for rank in range(world)]
    assert sorted(np.concatenate(shared).tolist()) == sorted(whole.tolist())
    assert Counter(identities[whole[:8]].tolist()) == {0: 2, 1: 2, 2: 2, 3: 2}
    for rank, mine in enumerate(shared):
        pairs = len(range(rank, 4, world))
        assert all(count == 2 for count in Counter(identities[mine[: 2 * pairs]].tolist()).values())
    assert max(map(len, shared)) - min(map(len, shared)) <= 3


def test_even_ranks_are_of_one_size():
    identities = np.arange(40) // 2
    batches = mixed_batches({"a": 40}, 16, 0, identities=identities, products=4, photos=2)
    assert {len(batches.batch(step, rank=rank, world=2)) for step in range(9) for rank in range(2)} == {8}


def test_parts_of_every_kind_together():
    labels = [0] * 90 + [1] * 10
    parts = [
        Part(Pairs([place // 2 for place in range(20)], 3, 2, seed=0), offset=100, fixed=6),
        Part(Balanced(labels, seed=0), share=3.0),
        Part(Shuffled(20, seed=0), offset=100, share=1.0),
    ]
    batches = Batches(parts, size=14)
    assert [len(batches.batch(step)) for step in range(3)] == [14] * 3
    rest = np.concatenate([batches.batch(step)[6:] for step in range(50)])
    assert (rest >= 100).mean() == 0.25
    assert np.isin(rest[rest < 100], np.arange(90, 100)).mean() == pytest.approx(0.5, abs=0.05)


def test_they_cross_processes():
    batches = mixed_batches({"a": 9}, size=4, seed=3)
    expected = batches.batch(5)
    assert np.array_equal(pickle.loads(pickle.dumps(batches)).batch(5), expected)


@pytest.mark.parametrize(
    ("sizes", "settings_", "expected"),
    [
        ({"a": 9, "b": 1}, {}, [0.9, 0.1]),
        ({"a": 9, "b": 1}, {"power": 0.0}, [0.5, 0.5]),
        ({"a": 9, "b": 1}, {"power": 0.5}, [0.75, 0.25]),
        ({"a": 9, "b": 1}, {"weights": {"a": 1, "b": 3}}, [0.25, 0.75]),
        ({"a": 5}, {"weights": {"a": 7}}, [1.0]),
    ],
)
def test_shares(sizes, settings_, expected):
    assert list(shares(sizes, **settings_).values()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: shares({}), DataError, "at least one set"),
        (lambda: shares({"a": 0}), DataError, "none that is empty"),
        (lambda: shares({"a": 1}, power=1.5), ConfigError, "power is 1.5"),
        (lambda: shares({"clothing": 1}, weights={"clothng": 1}), ConfigError, "did you mean 'clothing'"),
        (lambda: shares({"a": 1}, weights={"a": 0}), ConfigError, "weighs 0"),
        (lambda: shares({"a": 1}, weights={"a": float("nan")}), ConfigError, "weighs nan"),
        (lambda: Batches([], 4), ConfigError, "at least one part"),
        (lambda: mixed_batches({"a": 4}, 0, 0), ConfigError, "size, how many"),
        (lambda: Batches([Part(Shuffled(4, 0), share=0.0)], 4), ConfigError, "share of 0.0"),
        (lambda: Batches([Part(Shuffled(4, 0), fixed=5)], 4), ConfigError, "5 photos of every batch are fixed"),
        (lambda: Batches([Part(Shuffled(4, 0), fixed=3)], 4), ConfigError, "a part for the rest"),
        (lambda: Batches([Part(Pairs([0, 0, 1, 1], 2, 2, 0))], 4), ConfigError, "runs of 2"),
        (lambda: Batches([Part(Pairs([0, 0, 1, 1], 2, 2, 0), fixed=3)], 4), ConfigError, "runs of 2"),
        (lambda: mixed_batches({"a": 4}, 4, 0, products=2), DataError, "what each of the 4 photos shows"),
        (lambda: mixed_batches({"a": 4}, 4, 0).batch(-1), ConfigError, "no step -1"),
        (lambda: mixed_batches({"a": 4}, 4, 0).batch(0, rank=2, world=2), ConfigError, "process 2 of 2"),
    ],
)
def test_what_does_not_fit_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()
