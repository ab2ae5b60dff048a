import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from fashionkit import ConfigError, EngineError
from fashionkit.training.crew import Crew, assemble
from fashionkit.training.run_folder import BEST, LAST, read_log, run_folder
from fashionkit.training.state import read_state

SCRIPT = Path(__file__).with_name("shared_run.py")


def run(folder: Path, *launcher: str) -> dict[str, torch.Tensor]:
    command = [sys.executable, *launcher, str(SCRIPT), str(folder)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(SCRIPT.parents[1])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return read_state(run_folder(folder) / LAST)[0]


@pytest.mark.slow
def test_two_processes_learn_what_one_learns(tmp_path):
    pytest.importorskip("accelerate")
    one = run(tmp_path / "one")
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2")
    two = run(tmp_path / "two", *launcher)
    assert one.keys() == two.keys()
    for name, value in one.items():
        torch.testing.assert_close(two[name], value, rtol=1e-3, atol=1e-4, msg=name)
    logs = [read_log(run_folder(tmp_path / name) / "log.jsonl") for name in ("one", "two")]
    assert [event["event"] for event in logs[0]] == [event["event"] for event in logs[1]]
    assert (run_folder(tmp_path / "two") / BEST).exists()


def test_parts_make_the_whole():
    parts = [list(range(12))[Crew(rank, 3, torch.device("cpu")).mine(12)] for rank in range(3)]
    assert [number for part in parts for number in part] == list(range(12))


def test_a_batch_that_cannot_be_shared_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(ConfigError, match="3 processes cannot share a batch of 8"):
        assemble("cpu", 8)


@pytest.mark.parametrize("device", ["cpuu", "cuda:99"])
def test_a_device_that_is_not_there_is_refused(device):
    with pytest.raises(EngineError, match="cannot be used"):
        assemble(device, 8)
