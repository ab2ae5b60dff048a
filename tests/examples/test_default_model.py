"""The training of the default model runs through on a part of the photos, and leaves a model with a full card."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fashionkit import Analyzer

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_it_trains_measures_and_writes_the_card(data, tmp_path):
    pytest.importorskip("torch")
    command = [sys.executable, ROOT / "examples" / "default_model", data, tmp_path / "model"]
    ran = subprocess.run(
        [*command, "--photos", "250", "--epochs", "1"], capture_output=True, text=True, check=False, timeout=1400
    )
    assert ran.returncode == 0, ran.stderr
    card = (tmp_path / "model" / "card.md").read_text("utf-8")
    for what in ("clothing/label/accuracy", "design/worn_to_flat/r@1", "outfits/mixed/fitb"):
        assert what in ran.stdout
        assert f"| {what} |" in card
    photo = next((data / "clothing" / "photos").iterdir())
    assert set(Analyzer.load(tmp_path / "model").analyze(photo)) == {"category", "attributes", "embedding"}
