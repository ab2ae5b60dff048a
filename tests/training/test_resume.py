import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from small_training import RECIPE, drawn, small_model

from fashionkit import ModelError
from fashionkit.training.learner import Learner
from fashionkit.training.run_folder import LAST, run_folder
from fashionkit.training.trainer import fit

pytestmark = pytest.mark.usefixtures("unsaved")
STEPS = 13


def train(folder: Path, **options: object) -> dict[str, torch.Tensor]:
    model = fit(small_model(hidden=8), drawn(20), RECIPE, folder, device="cpu", **options)
    return {name: value.clone() for name, value in model.state_dict().items()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    """The weights of a run that nothing interrupted."""
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fashionkit.models.fashion_model.FashionModel.save", lambda _self, folder: folder)
        return train(tmp_path_factory.mktemp("whole") / "model")


def assert_same(found: dict[str, torch.Tensor], wanted: dict[str, torch.Tensor]) -> None:
    differing = [name for name, value in wanted.items() if not torch.equal(found[name], value)]
    assert not differing


def at(step: int, do: object, monkeypatch: pytest.MonkeyPatch) -> None:
    learn = Learner.learn

    def learn_or(self: Learner, passes: object, now: int, drops: int) -> object:
        if now == step:
            do()
        return learn(self, passes, now, drops)

    monkeypatch.setattr(Learner, "learn", learn_or)


def test_the_same_run_twice_gives_the_same_weights(whole, tmp_path):
    assert_same(train(tmp_path / "model"), whole)


def test_a_run_learns(whole):
    before = small_model(hidden=8).state_dict()
    assert not torch.equal(whole["heads.category.classifier.0.weight"], before["heads.category.classifier.0.weight"])


@pytest.fixture
def any_step():
    """Another one every time; drawn here, for the workers of one session must collect the same tests."""
    return int(np.random.default_rng().integers(STEPS))


@pytest.mark.parametrize("turn", range(4))
def test_a_run_that_broke_off_anywhere_goes_on_to_the_same_weights(whole, tmp_path, monkeypatch, any_step, turn):
    def fail():
        raise OSError("the plug was pulled")

    with monkeypatch.context() as patch:
        at(any_step, fail, patch)
        with pytest.raises(OSError, match="plug"):
            train(tmp_path / "model")
    assert_same(train(tmp_path / "model", resume=True), whole)


def signalled(folder: Path, step: int, number: signal.Signals) -> subprocess.CompletedProcess[str]:
    """A run of its own process: a signal that comes late must not end the tests."""
    script = Path(__file__).with_name("signalled_run.py")
    return subprocess.run(
        [sys.executable, script, folder, str(step), str(int(number))],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(script.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_was_asked_to_stop_saves_and_goes_on(whole, tmp_path, monkeypatch, number):
    process = signalled(tmp_path / "model", 7, number)
    assert process.stderr.rstrip().endswith("KeyboardInterrupt")
    taken = []
    with monkeypatch.context() as patch:
        learn = Learner.learn
        patch.setattr(Learner, "learn", lambda *given: taken.append(given[2]) or learn(*given))
        assert_same(train(tmp_path / "model", resume=True), whole)
    assert taken[0] == 8


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(2))
def test_a_killed_process_goes_on_to_the_same_weights(whole, tmp_path, any_step, turn):
    process = signalled(tmp_path / "model", any_step, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert_same(train(tmp_path / "model", resume=True), whole)


def test_a_run_is_not_begun_over_another(tmp_path):
    train(tmp_path / "model")
    with pytest.raises(ModelError, match="--resume\\), or remove"):
        train(tmp_path / "model")


def test_a_run_that_is_done_gives_its_model_again(whole, tmp_path):
    train(tmp_path / "model")
    assert_same(train(tmp_path / "model", resume=True), whole)


def test_resuming_what_was_never_begun_begins(whole, tmp_path):
    assert_same(train(tmp_path / "model", resume=True), whole)


@pytest.mark.parametrize(("data", "hidden", "said"), [(21, 8, "another data set"), (20, 4, "another model")])
def test_a_run_of_something_else_is_refused(tmp_path, data, hidden, said):
    train(tmp_path / "model")
    with pytest.raises(ModelError, match=said):
        fit(small_model(hidden=hidden), drawn(data), RECIPE, tmp_path / "model", resume=True, device="cpu")


def test_a_damaged_state_is_one_error(tmp_path):
    train(tmp_path / "model")
    state = run_folder(tmp_path / "model") / LAST
    state.write_bytes(state.read_bytes()[:1000])
    with pytest.raises(ModelError, match="cannot be read"):
        train(tmp_path / "model", resume=True)


def test_the_caller_keeps_their_random_numbers(tmp_path):
    torch.manual_seed(3)
    expected = torch.rand(1)
    model = small_model(hidden=8)
    torch.manual_seed(3)
    fit(model, drawn(20), RECIPE, tmp_path / "model", device="cpu")
    assert torch.equal(torch.rand(1), expected)
