"""`examples/few_shot`: a checkpoint remembers what it says of photos of what it knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit import Classifier
from fashionkit.models import locate
from fashionkit.models.background import read_background

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_background_is_kept_from_which_a_category_is_added(data, tmp_path):
    script = ROOT / "examples" / "few_shot" / "keep_background.py"
    command = [sys.executable, script, data, locate("default"), tmp_path / "kept", "--number", "300"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    background = read_background(tmp_path / "kept")
    assert {raw.shape[0] for raw in background.values()} == {300}
    assert set(background) == {"category", "embedding"}
    # As even over categories as photos allow: at most a twentieth is of one.
    answers = background["category"].argmax(axis=1)
    assert max((answers == place).sum() for place in set(answers.tolist())) <= 15
    drawn = [np.asarray(draw_garment(seed)) for seed in range(30)]
    more = Classifier.load(tmp_path / "kept").extend({"kimono": drawn[:5]})
    assert sum(answer.label == "kimono" for answer in more.predict(drawn[5:])) >= 15
