import importlib.util
import json
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from drawing import draw_garment
from PIL import Image

pytestmark = pytest.mark.light

TORCH_IS_HERE = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not TORCH_IS_HERE, reason="training needs torch")
SMALL = ("--backbone", "test_efficientnet", "--weights", "none", "--size", 64, "--recipe", "quick", "--device", "cpu")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of photos for each of two labels."""
    for seed in range(40):
        file = tmp_path / "shop" / ("shirt", "skirt")[seed % 2] / f"{seed}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        draw_garment(seed).save(file)
    return tmp_path / "shop"


@needs_torch
def test_a_folder_of_photos_becomes_a_model(ask, shop, tmp_path):
    done = ask("train", shop, "--output", tmp_path / "model", *SMALL, "--epochs", 2)
    assert done.exit_code == 0, done.stderr
    assert "learned from" in done.stdout
    assert "after step" in done.stderr
    assert "note: probabilities are left as they are; they are set right by 20 answers" in done.stderr
    assert json.loads((tmp_path / "model" / "config.json").read_text())["heads"]["category"]["labels"] == [
        "shirt",
        "skirt",
    ]
    assert (tmp_path / "model.run" / "curves.svg").exists()
    again = ask("train", shop, "--output", tmp_path / "model", *SMALL, "--epochs", 2)
    assert again.exit_code == 3
    assert "go on with it (resume=True, --resume)" in again.stderr
    resumed = ask("train", shop, "--output", tmp_path / "model", *SMALL, "--epochs", 2, "--resume")
    assert resumed.stdout == done.stdout


@needs_torch
@pytest.mark.parametrize("with_shop", [False, True])
def test_outfits_become_a_model_that_judges_them(ask, shop, tmp_path, with_shop):
    from small_outfits import write_outfits

    folders = (*([shop] if with_shop else []), write_outfits(tmp_path / "outfits"))
    done = ask("train", *folders, "--output", tmp_path / "model", *SMALL, "--epochs", 1)
    assert done.exit_code == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if "outfits;" in line)
    assert line.startswith("learned from 40 outfits; on the questions of val: outfit/fitb 0.")
    assert "outfit/auc 0." in line
    heads = json.loads((tmp_path / "model" / "config.json").read_text())["heads"]
    assert list(heads) == ["category", "embedding", "outfit"]
    assert ("shirt" in heads["category"]["labels"]) == with_shop
    judged = ask("evaluate", tmp_path / "model", tmp_path / "outfits")
    assert judged.exit_code == 0, judged.stderr
    assert "outfits/mixed/fitb" in judged.stdout


@needs_torch
def test_outfits_without_labels_or_questions_are_learned_all_the_same(ask, tmp_path):
    from small_outfits import write_outfits

    folder = write_outfits(tmp_path / "outfits", labels=False)
    for questions in ("fitb.csv", "compatibility.csv"):
        (folder / questions).unlink()
    done = ask("train", folder, "--output", tmp_path / "model", *SMALL)
    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith(f"{tmp_path / 'model'}: learned from 40 outfits\n")
    assert list(json.loads((tmp_path / "model" / "config.json").read_text())["heads"]) == ["embedding", "outfit"]


@needs_torch
@pytest.mark.slow
def test_an_interrupted_training_goes_on(spawn, ask, shop, tmp_path):
    command = ("train", shop, "--output", tmp_path / "model", *SMALL, "--epochs", 4000)
    running = spawn(*command)
    log = tmp_path / "model.run" / "log.jsonl"
    begun = time.monotonic()
    while not (log.exists() and '"validation"' in log.read_text()):
        assert time.monotonic() - begun < 120
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert stderr.decode().splitlines()[-1] == "interrupted; the same command with --resume goes on from there"
    assert (tmp_path / "model.run" / "last.safetensors").exists()
    assert not (tmp_path / "model").exists()


@needs_torch
def test_augmented_photos_are_drawn(ask, shop, tmp_path):
    pytest.importorskip("albumentations")
    done = ask("train", shop, "--show-augmented", tmp_path / "grid.png", "--recipe", "standard", "--size", 48)
    assert done.exit_code == 0, done.stderr
    assert np.asarray(Image.open(tmp_path / "grid.png")).std() > 10
    assert not list(tmp_path.glob("*.run"))


@needs_torch
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--recipe", "quik"), 3, "did you mean 'quick'"),
        (("--recipe", "mine.toml"), 3, "mine.toml"),
        (("--backbone", "resnet5"), 3, "resnet"),
        (("--weights", "missing.pth"), 3, "missing.pth"),
        (("--fewest", 999), 2, "no labels"),
        (("--epochs", -1), 3, "epochs must be above 0"),
        (("--device", "warp"), 3, "cannot be used"),
    ],
)
def test_what_does_not_fit_is_one_line(ask, shop, tmp_path, arguments, code, said):  # noqa: PLR0917  # as many as pytest gives
    done = ask("train", shop, "--output", tmp_path / "model", *SMALL, *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


@needs_torch
def test_data_that_are_not_there_are_one_line(ask, tmp_path):
    done = ask("train", tmp_path / "nowhere", "--output", tmp_path / "model")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr


def test_an_output_is_asked_for(ask, tmp_path):
    done = ask("train", tmp_path)
    assert done.exit_code == 2
    assert "--output" in done.stderr


def test_help_is_there_without_torch(ask):
    done = ask("train", "--help")
    assert done.exit_code == 0
    assert "fashionkit train my-photos" in done.stdout


@pytest.mark.skipif(TORCH_IS_HERE, reason="torch is here")
def test_what_is_missing_is_named(ask, shop, tmp_path):
    done = ask("train", shop, "--output", tmp_path / "model")
    assert done.exit_code == 3
    assert "pip install 'fashionkit[train]'" in done.stderr
