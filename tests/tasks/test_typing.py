"""What a user's type checker sees: right code passes, and the answers have their types."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import fashionkit

CODE = """
from fashionkit import Analyzer, Classifier, OutfitScorer, Retriever

classifier = Classifier.load("models/mine")
one: str = classifier.predict("a.jpg").label
several: list[str] = [category.label for category in classifier.predict(["a.jpg", "b.jpg"])]
for _, category in classifier.stream(["a.jpg"], on_error="skip"):
    print(category.top(3)[0].probability)
analysis = Analyzer.load("models/mine").analyze(b"...")
label: str = analysis.category.label
tags: tuple[str, ...] = analysis.attributes.tags
with Retriever.open("catalogue", model="models/mine") as retriever:
    retriever.remove(retriever.add(["a.jpg"]))
    first: str = retriever.search("a.jpg")[0].id
    many: list[str] = [hits[0].id for hits in retriever.search(["a.jpg"])]
    cheap: str = retriever.search("a.jpg", where={"price": {"<": 50}}, group_by="product", diversity=0.3)[0].id
    like: str = retriever.search(id="a.jpg", k=3, diversity=0.5)[0].id
    mean: str = retriever.search(mean_of=["a.jpg", "b.jpg"])[0].id
    also: str = retriever.recommend(["a.jpg"], disliked=["b.jpg"], where={"kind": "tops"})[0].id
    same: str = retriever.duplicates(0.98)[0][0]
score: float = OutfitScorer.load("models/mine").score(["a.jpg", "b.jpg"]).score
"""
WRONG = """
from fashionkit import Classifier

number: int = Classifier.load("models/mine").predict("a.jpg").label
"""


@pytest.mark.slow
def test_users_code_is_checked_against_our_types(tmp_path):
    pytest.importorskip("mypy")
    (tmp_path / "right.py").write_text(CODE)
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports", "silent", "right.py", "wrong.py"]
    # mypy does not see packages that are installed for editing.
    found_at = {**os.environ, "MYPYPATH": str(Path(fashionkit.__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=found_at, capture_output=True, text=True, check=False)
    errors = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(errors) == 1, done.stdout
    assert errors[0].startswith("wrong.py:4: error: Incompatible types in assignment")
