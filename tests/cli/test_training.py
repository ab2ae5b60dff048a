import json
from pathlib import Path

import pytest
from drawing import draw_garment

pytest.importorskip("torch", reason="training needs torch")

SMALL = ("--backbone", "test_efficientnet", "--weights", "none", "--size", 64, "--recipe", "quick", "--device", "cpu")


def draw(folder: Path, photos: range) -> None:
    for seed in photos:
        file = folder / ("shirt", "skirt")[seed % 2] / f"{seed}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        draw_garment(seed).save(file)


def test_a_trained_model_is_calibrated_on_val(ask, tmp_path):
    draw(tmp_path / "shop" / "train", range(24))
    draw(tmp_path / "shop" / "val", range(24, 48))
    done = ask("train", tmp_path / "shop", "--output", tmp_path / "model", *SMALL, "--epochs", 2)
    assert done.exit_code == 0, done.stderr
    config = json.loads((tmp_path / "model" / "config.json").read_text())
    (row,) = config["training"]["calibration"]
    assert (row["question"], row["answers"]) == ("category", 24)
    assert config["heads"]["category"]["temperature"] == pytest.approx(row["temperature"], abs=1e-3)
    assert row["temperature"] != 1
    assert "## Calibration" in (tmp_path / "model" / "card.md").read_text()
