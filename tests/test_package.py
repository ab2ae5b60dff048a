"""What the package promises as a whole: its public names, and what it does not import."""

from __future__ import annotations

import ast
import importlib.util
import json
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import fashionkit
from fashionkit import errors

PACKAGE = Path(fashionkit.__file__).parent

PUBLIC = {
    *("Analyzer", "AttributePredictor", "Classifier", "OutfitScorer", "Retriever"),
    *("Analysis", "Attributes", "Category", "Embedding", "Hit", "OutfitScore", "Suggestion"),
    *("AttributesSpec", "CategorySpec", "EmbeddingSpec", "OutfitSpec", "Group", "TagRule", "NumberRule"),
    *("Backbone", "FashionModel", "InputRule", "Limits", "check_backbone", "check_head", "load_image"),
    *("CatalogueError", "ConfigError", "DataError", "EngineError", "FashionkitError", "ImageError", "ModelError"),
    *("Explainer", "Explanation", "Recipe", "Report", "evaluate", "fit", "open_data"),
    "__version__",
}
WITH_TORCH = {"Backbone", "Explainer", "FashionModel", "check_backbone", "fit"}

# What answers: the rooms that must never import torch when they are imported.
ANSWERING = [
    "cli",
    "demo",
    "images",
    "catalogue",
    "tasks",
    "runtime",
    "service",
    "heads",
    "metrics",
    "results",
    "taxonomy",
    "config",
    "models",
]


def run(code: str, *arguments: object) -> str:
    """Runs code in a fresh process, and gives what it prints."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.light
def test_the_public_names_are_these():
    """A change here is a change for users, and an entry in the changelog."""
    assert set(fashionkit.__all__) == PUBLIC
    assert set(dir(fashionkit)) == PUBLIC


@pytest.mark.light
@pytest.mark.parametrize("name", sorted(PUBLIC - WITH_TORCH))
def test_every_public_name_is_there_and_documented(name):
    assert name == "__version__" or getattr(fashionkit, name).__doc__


@pytest.mark.parametrize("name", sorted(WITH_TORCH))
def test_names_for_training_are_there_where_torch_is(name):
    pytest.importorskip("torch")
    assert getattr(fashionkit, name).__doc__


@pytest.mark.light
def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Clasifier'"):
        fashionkit.Clasifier  # noqa: B018


@pytest.mark.light
def test_importing_the_package_imports_nothing_heavy():
    loaded = json.loads(run("import sys, json, fashionkit; print(json.dumps(sorted(sys.modules)))"))
    heavy = {"numpy", "cv2", "PIL", "torch", "faiss", "onnxruntime", "openvino", "msgspec", "sqlite3"}
    assert not heavy & set(loaded)


@pytest.mark.light
def test_a_fresh_process_answers_all_four_questions_without_torch(checkpoint, photos, tmp_path):
    code = """
import json, sys, warnings
from fashionkit import Analyzer, AttributePredictor, Classifier, OutfitScorer, Retriever
model, catalogue, *photos = sys.argv[1:]
warnings.simplefilter("ignore")
category = Classifier.load(model).predict(photos[0])
attributes = AttributePredictor.load(model).predict(photos[0])
with Retriever.open(catalogue, model=model, create=True) as retriever:
    retriever.add(photos)
    hits = retriever.search(photos[0], k=3)
    outfit = OutfitScorer.load(model).score(photos[:3], catalogue=retriever)
analysis = Analyzer.load(model).analyze(photos[0])
assert (analysis.category, analysis.attributes) == (category, attributes)
unwanted = {"torch", "timm", "torchvision", "albumentations"} & set(sys.modules)
print(json.dumps([category.label, attributes.to_dict(), hits[0].id, outfit.to_dict(), sorted(unwanted)]))
"""
    answers = json.loads(run(code, checkpoint, tmp_path / "catalogue", *photos))
    category, attributes, best, outfit, unwanted = answers
    assert category in {"dress", "shirt", "shoes"}
    assert set(attributes["groups"]) == {"sleeve", "length"}
    assert best == str(photos[0])
    assert 0 <= outfit["score"] <= 1
    assert unwanted == []


@pytest.mark.light
@pytest.mark.parametrize("room", ANSWERING)
def test_rooms_that_answer_do_not_import_torch(room):
    names = run(f"import sys, fashionkit.{room}; print('torch' in sys.modules)")
    assert names == "False\n"


@pytest.mark.light
def test_where_torch_is_missing_the_names_that_need_it_say_what_to_install():
    if importlib.util.find_spec("torch"):
        pytest.skip("torch is installed here; the light environment runs this")
    with pytest.raises(errors.ModelError, match=r"needs (torch|timm).*pip install 'fashionkit\[train\]'"):
        fashionkit.FashionModel  # noqa: B018
    with pytest.raises(errors.ModelError, match=r"pip install 'fashionkit\[train\]'"):
        fashionkit.check_head("category")


@pytest.mark.light
def test_the_torch_engine_says_what_to_install_where_torch_is_missing(checkpoint):
    if importlib.util.find_spec("torch"):
        pytest.skip("torch is installed here; the light environment runs this")
    with pytest.raises(errors.EngineError, match=r"pip install 'fashionkit\[train\]'"):
        fashionkit.Classifier.load(checkpoint, engine="torch")


@pytest.mark.light
@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_asserts_unpickles_or_grows_too_long(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 500, "a file is one thing; this is several"
    assert not [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)], "asserts vanish under -O"
    assert ast.get_docstring(tree), "a file says what it is"


@pytest.mark.light
@pytest.mark.parametrize(
    "error", [errors.ImageError("a.jpg", "empty"), errors.ModelError("no head"), errors.CatalogueError("closed")]
)
def test_errors_cross_processes(error):
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert isinstance(twin, errors.FashionkitError)
