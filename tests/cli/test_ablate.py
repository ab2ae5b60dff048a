from __future__ import annotations

import importlib.util
import json
import signal
import time
from pathlib import Path

import pytest
from drawing import draw_garment

pytestmark = pytest.mark.light

TORCH_IS_HERE = importlib.util.find_spec("torch") is not None
needs_torch = pytest.mark.skipif(not TORCH_IS_HERE, reason="training needs torch")
SMALL = ("--backbone", "test_efficientnet", "--size", 32, "--recipe", "quick", "--device", "cpu")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of photos for each of two labels, without a split to judge by."""
    for seed in range(60):
        file = tmp_path / "shop" / ("shirt", "skirt")[seed % 2] / f"{seed}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        draw_garment(seed).save(file)
    return tmp_path / "shop"


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """Weights that another training might have left."""
    from safetensors.torch import save_file

    from fashionkit import Backbone

    save_file(Backbone("test_efficientnet").model.state_dict(), tmp_path / "weights.safetensors")
    return tmp_path / "weights.safetensors"


@needs_torch
def test_a_folder_of_photos_becomes_a_table(ask, shop, weights, tmp_path):
    command = ("ablate", shop, "--output", tmp_path / "parts", *SMALL, "--weights", weights, "--epochs", 1)
    done = ask(*command)
    assert done.exit_code == 0, done.stderr
    assert done.stderr.splitlines()[:1] == ["1 of 2: base"]
    assert "2 of 2: from scratch" in done.stderr
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert lines[0].startswith("shop: learned from 5")
    assert any(line.startswith("from scratch ") and " random 0." in line for line in lines)
    assert any("left out: no augmentation: the backbone sees every photo once" in line for line in lines)
    assert any("left out: single: " in line for line in lines)

    again = ask(*command, "--json")
    (line,) = again.stdout.splitlines()
    read = json.loads(line)
    assert read == json.loads((tmp_path / "parts" / "ablation.json").read_text("utf-8"))
    base, scratch = read["variants"]
    assert (base["pretrained"], scratch["pretrained"], scratch["against"]) == (True, False, "base")
    assert base["steps"] == scratch["steps"]
    accuracy = scratch["figures"]["shop/category/accuracy"]
    assert accuracy["n"] == read["photos"]["val"] == 60 - read["photos"]["train"]
    assert accuracy["difference"]["low"] <= accuracy["difference"]["value"] <= accuracy["difference"]["high"]
    assert "1 of 2" not in again.stderr
    assert (tmp_path / "parts" / "ablation.md").exists()


@needs_torch
@pytest.mark.slow
def test_an_interrupted_ablation_goes_on(spawn, ask, shop, tmp_path):
    command = ("ablate", shop, "--output", tmp_path / "parts", *SMALL, "--weights", "none", "--only", "base")
    running = spawn(*command, "--epochs", 4000)
    log = tmp_path / "parts" / "base" / "seed-0" / "model.run" / "log.jsonl"
    begun = time.monotonic()
    while not (log.exists() and '"step"' in log.read_text("utf-8")):
        assert time.monotonic() - begun < 120
        assert running.poll() is None, running.communicate()
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert stderr.decode().splitlines()[-1] == "interrupted; the same command goes on from there"
    assert json.loads((tmp_path / "parts" / "ablation.json").read_text("utf-8"))["not_done"] == ["base"]
    other = ask(*command, "--epochs", 1)
    assert other.exit_code == 3
    assert "another recipe" in other.stderr


@needs_torch
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--recipe", "quik"), 3, "did you mean 'quick'"),
        (("--backbone", "resnet5"), 3, "resnet"),
        (("--against", "resnet5"), 3, "resnet"),
        (("--weights", "missing.pth"), 3, "missing.pth"),
        (("--only", "single-category"), 3, "there is no variant 'single-category'"),
        (("--only", "from-scratch"), 3, "starts at random"),
        (("--fewest", 999), 2, "no labels"),
        (("--device", "warp"), 3, "cannot be used"),
    ],
)
def test_what_does_not_fit_is_one_line(ask, shop, tmp_path, arguments, code, said):  # noqa: PLR0917  # as many as pytest gives
    done = ask("ablate", shop, "-o", tmp_path / "parts", *SMALL, "--weights", "none", *arguments)
    assert done.exit_code == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("parts/*/*/model"))


@needs_torch
def test_outfits_are_refused(ask, tmp_path):
    folder = tmp_path / "worn"
    (folder / "photos").mkdir(parents=True)
    for seed in range(4):
        draw_garment(seed).save(folder / "photos" / f"i{seed}.png")
    items = "".join(f"i{seed},photos/i{seed}.png,2020,c,Tops,Shirt,red,rojo,plana,1\n" for seed in range(4))
    tables = {
        "items": f"item,file,year,category,family,type,colour,colour_name,fabric,used\n{items}",
        "outfits": "outfit,era,split,items\n1,old,train,i0 i1 i2\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    done = ask("ablate", folder, "-o", tmp_path / "parts", *SMALL)
    assert done.exit_code == 2
    assert "holds outfits, and the variants learn from single photos" in done.stderr


def test_help_is_there_without_torch(ask):
    done = ask("ablate", "--help")
    assert done.exit_code == 0
    assert "fashionkit ablate my-photos --output parts" in done.stdout


def test_an_output_is_asked_for(ask, tmp_path):
    done = ask("ablate", tmp_path)
    assert done.exit_code == 2
    assert "--output" in done.stderr


@pytest.mark.skipif(TORCH_IS_HERE, reason="torch is here")
def test_what_is_missing_is_named(ask, shop, tmp_path):
    done = ask("ablate", shop, "--output", tmp_path / "parts")
    assert done.exit_code == 3
    assert "pip install 'fashionkit[train]'" in done.stderr
