from __future__ import annotations

import numpy as np
import pytest

from fashionkit.errors import DataError
from fashionkit.heads.category.added import with_added
from fashionkit.heads.category.tell_apart import FEWEST, platt, shrunken_covariance, tell_apart

pytestmark = pytest.mark.light

KNOWN, WIDTH, SPREAD = 6, 12, 0.6


def world(seed=0, rows=600):
    """A background of six clouds, and two clouds that are not in it; the columns are of very different sizes."""
    draw = np.random.default_rng(seed)
    sizes = 10.0 ** draw.integers(-2, 3, size=WIDTH)
    centres = draw.normal(size=(KNOWN + 2, WIDTH)) * 2
    groups = np.arange(rows) % KNOWN

    def photos_of(which, n, seed):
        noise = np.random.default_rng(seed).normal(size=(n, WIDTH)) * SPREAD
        return ((centres[which] + noise) * sizes).astype(np.float32)

    background = np.concatenate([photos_of(group, 1, 1000 + place) for place, group in enumerate(groups)])
    return background, groups, photos_of


def answers(added, outputs):
    """The place of the best: 0 for what was known, then the added labels."""
    return with_added(np.ones((len(outputs), 1), np.float32), added, outputs).argmax(axis=1)


@pytest.mark.parametrize(("n", "least"), [(1, 0.4), (2, 0.7), (5, 0.9), (20, 0.95)])
def test_new_photos_are_known_and_old_ones_stay_what_they_were(n, least):
    background, groups, photos_of = world()
    examples = {"kimono": photos_of(KNOWN, n, 1), "sari": photos_of(KNOWN + 1, n, 2)}
    added = tell_apart(examples, background, groups, KNOWN + 2)
    assert [each.label for each in added] == ["kimono", "sari"]
    right = [np.mean(answers(added, photos_of(KNOWN + place, 100, 3)) == place + 1) for place in (0, 1)]
    assert min(right) >= least
    fresh = np.concatenate([photos_of(group, 100, 50 + group) for group in range(KNOWN)])
    assert np.mean(answers(added, fresh) == 0) >= 0.99


def test_sizes_of_columns_do_not_matter():
    background, groups, photos_of = world()
    sizes = np.float32(10.0) ** np.arange(-3, WIDTH - 3)
    given, asked = photos_of(KNOWN, 5, 1), photos_of(KNOWN, 20, 3)
    plain = tell_apart({"kimono": given}, background, groups, 7)
    scaled = tell_apart({"kimono": given * sizes}, background * sizes, groups, 7)
    odds = [
        with_added(np.ones((20, 1), np.float32), added, outputs)
        for added, outputs in ((plain, asked), (scaled, asked * sizes))
    ]
    np.testing.assert_allclose(*odds, atol=2e-3)


def test_columns_that_never_change_say_nothing():
    background, groups, photos_of = world()
    both = (background, photos_of(KNOWN, 5, 1))
    known, given = (np.hstack([each, np.full((len(each), 1), 7, np.float32)]) for each in both)
    (label,) = tell_apart({"kimono": given}, known, groups, 7)
    assert np.isfinite(label.vector).all()


def test_photos_that_are_nothing_of_their_own_are_refused():
    background, groups, _ = world()
    with pytest.raises(DataError, match=r"'mixture'.*give more"):
        tell_apart({"mixture": background[[0, 1, 2, 3, 4, 5]]}, background, groups, 7)


def test_a_background_that_is_too_small_is_refused():
    background, groups, photos_of = world()
    with pytest.raises(DataError, match=f"{FEWEST} photos or more"):
        tell_apart({"kimono": photos_of(KNOWN, 5, 1)}, background[: FEWEST - 1], groups[: FEWEST - 1], 7)


def test_the_covariance_is_scikit_learns():
    reference = pytest.importorskip("sklearn.covariance").ledoit_wolf
    for rows, width in ((200, 5), (30, 40), (6, 3)):
        draws = np.random.default_rng(rows).normal(size=(rows, width)) @ np.diag(np.linspace(0.2, 3, width))
        draws -= draws.mean(axis=0)
        np.testing.assert_allclose(
            shrunken_covariance(draws), reference(draws, assume_centered=True)[0], rtol=1e-5, atol=1e-6
        )


def test_the_curve_is_the_one_that_a_general_solver_finds():
    optimize = pytest.importorskip("scipy.optimize")
    draw = np.random.default_rng(0)
    own, others = draw.normal(2, 1, size=7), draw.normal(0, 1, size=300)
    targets = np.repeat([8 / 9, 1 / 302], [7, 300])
    weights = np.repeat([1 / 7, 20 / 300], [7, 300])

    def loss(found):
        odds = found[0] * np.concatenate([own, others]) + found[1]
        return (weights * (np.logaddexp(0, odds) - targets * odds)).sum()

    best = optimize.minimize(loss, [0.0, 0.0], method="BFGS", options={"gtol": 1e-10})
    np.testing.assert_allclose(platt(own, others, rest=20), best.x, rtol=1e-3)


@pytest.mark.parametrize("own", [[1e6], [1e-9, 2e-9], [5.0] * 30])
def test_a_curve_is_found_however_far_apart_scores_are(own):
    slope, shift = platt(np.array(own), np.zeros(200), rest=100)
    assert np.isfinite([slope, shift]).all()
    assert slope > 0
