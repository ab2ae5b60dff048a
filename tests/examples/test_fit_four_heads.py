"""The example fits a model on real photos that answers all four questions in a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ASK = """
import sys
from fashionkit import Analyzer, OutfitScorer, Retriever
model, catalogue, *photos = sys.argv[1:]
analysis = Analyzer.load(model).analyze(photos[0])
retriever = Retriever.open(catalogue, model=model, create=True)
retriever.add(photos)
best = retriever.search(photos[0], k=1)[0]
outfit = OutfitScorer.load(model).score(photos, catalogue=retriever)
assert best.id == photos[0] and best.score > 0.999
assert 0 <= outfit.score <= 1 and len(outfit.without) == len(photos)
assert "torch" not in sys.modules
print(analysis.category.label, analysis.attributes["sleeve"].label, round(analysis.attributes["year"].value))
"""


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_the_example_fits_and_the_model_answers(data, tmp_path):
    pytest.importorskip("torch")
    command = [sys.executable, ROOT / "examples" / "fit_four_heads.py", data, tmp_path / "model", "--photos", "200"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    figures = {
        name: (float(ours), float(chance))
        for name, ours, chance in re.findall(r"^(\w+): (\d\.\d+) .* (\d\.\d+)$", printed, re.MULTILINE)
    }
    assert set(figures) == {"category", "length", "search", "outfit"}, printed
    for name, (ours, chance) in figures.items():
        assert ours > chance, f"{name} is no better than knowing nothing: {printed}"
    photos = sorted((data / "outfits" / "photos").iterdir())[:3]
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK, tmp_path / "model", tmp_path / "catalogue", *photos],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 0, asked.stderr
    assert 2000 < int(asked.stdout.split()[-1]) < 2030
