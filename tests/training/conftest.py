from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

collect_ignore = ["signalled_run.py", "shared_run.py", "shared_outfits_run.py"]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Sums are then always added up in one order."""
    if importlib.util.find_spec("torch"):
        import torch

        torch.set_num_threads(1)


@pytest.fixture
def unsaved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exporting graphs takes seconds, and most tests look at weights alone."""
    monkeypatch.setattr("fashionkit.models.fashion_model.FashionModel.save", lambda _self, folder: Path(folder))
