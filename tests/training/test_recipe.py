import subprocess
import sys
from pathlib import Path

import pytest

from fashionkit import ConfigError
from fashionkit.training.recipe import HeadLoss, Mixing, Optimiser, Phase, Recipe, Stopping, names

pytestmark = pytest.mark.light
ROOT = Path(__file__).parents[2]
PHASE = "[[phases]]\nlearning_rate = 0.1\nsteps = 3\n"


def test_a_recipe_survives_its_file(tmp_path):
    recipe = Recipe(
        phases=(Phase(epochs=0.5, learning_rate=1e-3, cached=True), Phase(steps=7, learning_rate=3, stages="all")),
        optimiser=Optimiser(name="sgd", arguments={"momentum": 0.9, "nesterov": True}),
        mixing=Mixing(temperature=0.5, weights={"my shop": 2.0}, balance="category", balance_power=0.25),
        heads={
            "category": HeadLoss(loss="focal", arguments={"gamma": 1.5, "class_weights": {"T-shirt, plain": 2.0}}),
            "attributes": HeadLoss(
                loss="parts",
                arguments={"class_weights": {"sleeve": "balanced"}, "tag_arguments": {"clip": 0.1}},
            ),
        },
        stopping=Stopping(metric='a "quoted" name\n', patience=2),
        seed=2**62,
    )
    file = tmp_path / "été.toml"
    file.write_text(recipe.to_toml(), encoding="utf-8")
    assert Recipe.read(file) == recipe


@pytest.mark.parametrize("name", names())
def test_every_shipped_recipe_reads(name):
    assert Recipe.named(name).phases


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "phases"),
        ("phases = []", "at least one phase"),
        ("[[phases]]\nlearning_rate = 0.1", "either epochs or steps"),
        (PHASE + "epochs = 2\n", "either epochs or steps"),
        (PHASE + "learning = 2\n", "unknown field `learning`"),
        (PHASE + "stages = 'most'\n", "stages"),
        (PHASE + "stages = -1\n", "stages"),
        (PHASE + "stages = 1\ncached = true\n", "cached needs"),
        (PHASE + "schedule = 'linear'\n", "schedule"),
        (PHASE + "warmup = 1.0\n", "warmup"),
        ("[[phases]]\nlearning_rate = nan\nsteps = 3", "learning_rate"),
        ("[[phases]]\nlearning_rate = 1\nepochs = inf", "epochs"),
        ("batch_size = 1\n" + PHASE, "batch_size"),
        ("ema = 1.0\n" + PHASE, "ema"),
        ("amp = 'half'\n" + PHASE, "amp"),
        ("seed = -1\n" + PHASE, "seed"),
        ("size = 0\n" + PHASE, "size"),
        ("[optimiser]\nlayer_decay = 0.0\n" + PHASE, "layer_decay"),
        ("[mixing]\nphotos = 1\n" + PHASE, "photos"),
        ("[mixing]\nbalance = 'category'\nbalance_power = 2.0\n" + PHASE, "balance_power"),
        ("[outfits]\nepochs = 0\n" + PHASE, "epochs"),
        ("[outfits]\nwrong = 0\n" + PHASE, "wrong"),
        ("[outfits]\nbatch_size = 0\n" + PHASE, "batch_size"),
        ("[outfits]\nlearning_rate = 0.0\n" + PHASE, "learning_rate"),
        ("[outfits]\nweight_decay = -1.0\n" + PHASE, "weight_decay"),
        ("[outfits]\nwarmup = 1.0\n" + PHASE, "warmup"),
        ("[outfits]\nnoise = -0.1\n" + PHASE, "noise"),
        ("[outfits]\nblanks = -1.0\n" + PHASE, "blanks"),
        ("[outfits]\nblanks = 0.0\ncompatibility = 0.0\n" + PHASE, "above 0"),
        ("not toml", "no TOML"),
    ],
)
def test_what_no_recipe_says_is_refused_with_its_file(tmp_path, text, said):
    file = tmp_path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=said) as refused:
        Recipe.read(file)
    assert "mine.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_with_a_byte_order_mark_reads(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xef\xbb\xbf" + PHASE.replace("\n", "\r\n").encode())
    assert Recipe.read(file).phases[0].steps == 3


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_one_error(tmp_path, content):
    file = tmp_path / "mine.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"mine\.toml"):
        Recipe.read(file)


def test_a_close_name_is_suggested():
    with pytest.raises(ConfigError, match="did you mean 'quick'"):
        Recipe.named("quik")


def test_a_recipe_needs_no_torch():
    code = (
        "import sys, fashionkit.training; fashionkit.training.Recipe.named('quick'); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_the_recipes_of_the_examples_can_be_read(path):
    assert Recipe.read(path).phases
