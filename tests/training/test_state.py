import errno
from pathlib import Path

import pytest
import torch

from fashionkit import ModelError
from fashionkit.training.state import optimiser_state, read_state, restore_optimiser, under, with_prefix, write_state


def test_what_is_written_is_read(tmp_path):
    tensors = {
        "a": torch.arange(6.0).reshape(2, 3).T,
        "b": torch.tensor(3),
        "c": torch.zeros(0),
        "d": torch.ones(2) > 0,
    }
    facts = {"step": 3, "best": None, "note": "été"}
    write_state(tmp_path / "run" / "last", tensors, facts)
    found, said = read_state(tmp_path / "run" / "last")
    assert said == facts
    assert all(torch.equal(found[name], value) and found[name].dtype == value.dtype for name, value in tensors.items())
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["last"]


def test_tensors_that_share_memory_are_written(tmp_path):
    one = torch.ones(3)
    write_state(tmp_path / "last", {"a": one, "b": one[:2]}, {})
    assert torch.equal(read_state(tmp_path / "last")[0]["b"], one[:2])


def test_a_full_disk_leaves_the_old_state(tmp_path, monkeypatch):
    path = tmp_path / "last"
    write_state(path, {"a": torch.zeros(2)}, {"step": 1})

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", refuse)
    with pytest.raises(ModelError, match="No space left"):
        write_state(path, {"a": torch.ones(2)}, {"step": 2})
    assert read_state(path)[1] == {"step": 1}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [None, b"", b"x" * 100])
def test_what_is_no_state_is_one_error(tmp_path, content):
    path = tmp_path / "last"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        read_state(path)


def test_a_checkpoint_is_no_state(checkpoint: Path):
    with pytest.raises(ModelError, match="cannot be read"):
        read_state(checkpoint / "model.safetensors")


@pytest.mark.parametrize("kind", [torch.optim.AdamW, torch.optim.SGD, torch.optim.Adadelta])
def test_an_optimiser_goes_on(kind):
    def steps(optimiser: torch.optim.Optimizer, weight: torch.Tensor, count: int) -> None:
        def closure() -> torch.Tensor:
            optimiser.zero_grad()
            loss = (weight**2).sum()
            loss.backward()
            return loss

        for _ in range(count):
            optimiser.step(closure)

    settings = {"momentum": 0.9} if kind is torch.optim.SGD else {}
    whole = torch.nn.Parameter(torch.ones(3))
    steps(kind([whole], lr=0.1, **settings), whole, 5)
    part = torch.nn.Parameter(torch.ones(3))
    first = kind([part], lr=0.1, **settings)
    steps(first, part, 2)
    second = kind([part], lr=0.1, **settings)
    restore_optimiser(second, *optimiser_state(first))
    steps(second, part, 3)
    assert torch.equal(whole, part)


def test_prefixes_are_told_apart():
    tensors = with_prefix("a", {"x": torch.ones(1)}) | with_prefix("ab", {"y": torch.ones(2)})
    assert list(under("a", tensors)) == ["x"]
