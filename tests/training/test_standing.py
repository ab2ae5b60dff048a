import math

import pytest

from fashionkit import ConfigError, DataError
from fashionkit.training.recipe import Phase, Stopping
from fashionkit.training.standing import Standing

pytestmark = pytest.mark.light
PHASE = Phase(steps=9, learning_rate=1)


def after(*figures: float, name: str = "accuracy", phase: Phase = PHASE) -> Standing:
    standing = Standing()
    for step, figure in enumerate(figures, 1):
        standing = standing.after({name: figure}, step, Stopping(), phase)
    return standing


@pytest.mark.parametrize(
    ("name", "figures", "best", "step", "since"),
    [
        ("accuracy", (0.5, 0.7, 0.6), 0.7, 2, 1),
        ("category/loss", (0.5, 0.7, 0.6), 0.5, 1, 2),
        ("attributes/year/error", (3, 2, 2), 2, 2, 1),
        ("accuracy", (0.5, 0.5), 0.5, 1, 1),
        ("accuracy", (-1.0,), -1.0, 1, 0),
    ],
)
def test_the_best_is_the_best_by_its_name(name, figures, best, step, since):
    standing = after(*figures, name=name)
    assert (standing.best, standing.best_step, standing.since) == (best, step, since)


def test_a_plateau_drops_after_its_patience_and_waits_again():
    phase = Phase(steps=9, learning_rate=1, schedule="plateau", patience=2)
    assert [after(*[0.5] * count, phase=phase).drops for count in range(1, 7)] == [0, 0, 1, 1, 2, 2]
    assert after(0.5, 0.4, 0.6, 0.5, phase=phase).drops == 0


def test_a_new_phase_counts_anew_and_keeps_the_best():
    assert after(0.5, 0.4).in_new_phase() == Standing(best=0.5, best_step=1)


def test_the_named_figure_chooses():
    standing = Standing().after({"a": 0.1, "b": 0.9}, 1, Stopping(metric="b"), PHASE)
    assert standing.best == 0.9


def test_a_figure_that_is_not_there_is_refused():
    with pytest.raises(ConfigError, match="no figure 'accurcy'; did you mean 'accuracy'"):
        Standing().after({"accuracy": 1.0}, 1, Stopping(metric="accurcy"), PHASE)
    with pytest.raises(ConfigError, match="no figure ''"):
        Standing().after({}, 1, Stopping(), PHASE)


def test_a_figure_that_is_no_number_is_refused():
    with pytest.raises(DataError, match="nan"):
        after(math.nan)
