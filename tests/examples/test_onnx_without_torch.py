"""The example runs where neither torch nor fashionkit can be imported, and says what `Analyzer` says."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from fashionkit import Analyzer
from fashionkit.demo.garments import draw_wardrobe
from fashionkit.export import export_model

pytestmark = pytest.mark.light

EXAMPLE = Path(__file__).parents[2] / "examples" / "07_onnx_without_torch.py"
ALONE = """
import runpy, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "fashionkit", "cv2", "openvino"):
            raise ImportError(f"{name} is not to be imported")
sys.meta_path.insert(0, Refuse())
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
# Both average the same pixels; what is left is the rounding of the printed probabilities.
TOLERANCE = 1e-3


def test_it_says_what_the_analyzer_says(tmp_path):
    export_model("default", tmp_path / "model.onnx")
    photos = [tmp_path / f"{place}.png" for place in range(3)]
    for path, garment in zip(photos, draw_wardrobe(), strict=False):
        Image.fromarray(garment.pixels).save(path)
    command = [sys.executable, "-c", ALONE, EXAMPLE, tmp_path / "model.onnx", *photos]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer.pop("photo") for answer in answers] == [str(path) for path in photos]
    for answer, analysis in zip(answers, Analyzer.load().analyze(photos), strict=True):
        expected = {"category": (analysis.category.label, analysis.category.probability)}
        for name, choice in analysis.attributes.choices.items():
            expected[name] = (choice.label, choice.probability)
        assert answer.keys() == expected.keys()
        for name, (label, probability) in expected.items():
            assert answer[name][0] == label
            assert answer[name][1] == pytest.approx(probability, abs=TOLERANCE)
