"""`Classifier.extend`: new categories from a handful of photos, and the checkpoint that keeps them."""

from __future__ import annotations

import errno
import json
import pickle
import shutil

import numpy as np
import pytest
from drawing import draw_garment

from fashionkit import Analyzer, Classifier
from fashionkit.errors import DataError, ImageError, ModelError
from fashionkit.models import Checkpoint
from fashionkit.models.background import BACKGROUND, read_background
from fashionkit.models.derive import save_derived

pytestmark = pytest.mark.light


def stripes(seed):
    """Nothing like a garment: black lines on white, and a little noise."""
    pixels = np.full((96, 64, 3), 235, np.uint8)
    pixels[::8] = pixels[1::8] = pixels[2::8] = 0
    return pixels + np.random.default_rng(seed).integers(20, size=pixels.shape, dtype=np.uint8)


STRIPED = [stripes(seed) for seed in range(6)]
MORE_STRIPED = [stripes(seed) for seed in range(100, 112)]


@pytest.fixture(scope="module")
def garments():
    return [np.asarray(draw_garment(seed)) for seed in range(130)]


@pytest.fixture(scope="module")
def plain(checkpoint):
    return Classifier.load(checkpoint)


@pytest.fixture(scope="module")
def more(plain, garments):
    return plain.extend({"zebra": STRIPED}, others=garments[:120])


def test_new_photos_get_the_new_label_and_the_old_classifier_stays(plain, more):
    assert sum(answer.label == "zebra" for answer in more.predict(MORE_STRIPED)) >= 10
    assert "zebra" not in plain.predict(MORE_STRIPED[0]).labels
    assert more.predict(MORE_STRIPED[0]).labels == (*plain.predict(MORE_STRIPED[0]).labels, "zebra")


def test_old_photos_keep_their_labels(plain, more, garments):
    pairs = zip(plain.predict(garments[120:]), more.predict(garments[120:]), strict=True)
    assert all(before.label == after.label for before, after in pairs)


def test_engine_and_graph_are_the_same(plain, more):
    assert more.model.engine is plain.model.engine


def test_it_may_be_extended_again(plain, more, garments):
    dots = [np.asarray(draw_garment(seed).resize((64, 96)).rotate(90)) for seed in range(5)]
    both = more.extend({"lying": dots}, others=garments[:120])
    assert both.predict(dots[0]).labels[-2:] == ("zebra", "lying")
    assert sum(answer.label == "zebra" for answer in both.predict(MORE_STRIPED)) >= 10


def test_a_photo_that_is_given_twice_counts_once(plain, more, garments):
    again = plain.extend({"zebra": [*STRIPED, *STRIPED]}, others=garments[:120])
    assert again.predict(MORE_STRIPED) == more.predict(MORE_STRIPED)


@pytest.mark.parametrize(
    ("examples", "error", "words"),
    [
        ({}, DataError, "photos by label"),
        ([STRIPED], DataError, "photos by label"),
        ({"shirt": STRIPED}, DataError, "'shirt' already"),
        ({"zebra": []}, DataError, "no photos"),
        ({"zebra": STRIPED[0]}, DataError, "single ndarray"),
        ({"zebra": "a.jpg"}, DataError, "single str"),
        ({" ": STRIPED}, DataError, "name on one line"),
        ({"a\nb": STRIPED}, DataError, "name on one line"),
        ({7: STRIPED}, DataError, "name on one line"),
        ({"zebra": STRIPED, "tiger": STRIPED[:1]}, DataError, "'zebra' and for 'tiger'"),
        ({"zebra": [*STRIPED, b"no photo"]}, ImageError, "bytes"),
    ],
)
def test_what_cannot_be_added_is_refused(plain, garments, examples, error, words):
    with pytest.raises(error, match=words):
        plain.extend(examples, others=garments[:120])


def test_without_a_background_others_are_asked_for(plain, garments):
    with pytest.raises(ModelError, match="give others="):
        plain.extend({"zebra": STRIPED})
    with pytest.raises(DataError, match="100 photos or more"):
        plain.extend({"zebra": STRIPED}, others=garments[:99])
    with pytest.raises(DataError, match="others are a list"):
        plain.extend({"zebra": STRIPED}, others="photos")


def test_one_that_is_saved_answers_the_same(more, tmp_path, checkpoint):
    folder = more.save(tmp_path / "more")
    loaded = Classifier.load(folder)
    assert loaded.predict(MORE_STRIPED) == more.predict(MORE_STRIPED)
    assert Analyzer.load(folder).analyze(MORE_STRIPED[0]).category.label == "zebra"
    assert "zebra" in (folder / "card.md").read_text("utf-8")
    assert Checkpoint.open(folder).config.fingerprints == Checkpoint.open(checkpoint).config.fingerprints
    assert "zebra" not in Classifier.load(checkpoint).predict(MORE_STRIPED[0]).labels


def test_it_may_take_the_place_of_the_one_that_it_came_from(plain, garments, tmp_path, checkpoint):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    more = Classifier.load(folder).extend({"zebra": STRIPED}, others=garments[:120])
    assert more.save(folder) == folder
    assert more.predict(MORE_STRIPED) == Classifier.load(folder).predict(MORE_STRIPED)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_it_crosses_processes_as_it_is(more):
    assert pickle.loads(pickle.dumps(more)).predict(MORE_STRIPED) == more.predict(MORE_STRIPED)


def test_a_background_is_kept_and_used(plain, more, garments, tmp_path, checkpoint):
    background = plain.model.engine.run("photos", {"photos": looked_at(plain, garments[:120])})
    kept = {name: background[name] for name in ("category", "embedding")}
    folder = save_derived(Checkpoint.open(checkpoint), tmp_path / "kept", background=kept)
    np.testing.assert_allclose(read_background(folder)["category"], kept["category"], atol=0.01)
    from_background = Classifier.load(folder).extend({"zebra": STRIPED})
    assert [answer.label for answer in from_background.predict(MORE_STRIPED)] == [
        answer.label for answer in more.predict(MORE_STRIPED)
    ]
    saved = from_background.save(tmp_path / "saved")
    np.testing.assert_array_equal(read_background(saved)["category"], read_background(folder)["category"])


def looked_at(task, photos):
    from fashionkit.images import fit

    return np.stack([fit(photo, task.model.rule) for photo in photos])


def test_a_background_without_the_heads_that_are_compared_says_so(plain, tmp_path, checkpoint):
    for heads in (["attributes"], ["category", "embedding"]):
        rows = {name: np.zeros((200, 5), np.float32) for name in heads}
        folder = save_derived(Checkpoint.open(checkpoint), tmp_path / "kept", background=rows)
        with pytest.raises(ModelError, match="nothing that the head 'embedding' gives"):
            Classifier.load(folder).extend({"zebra": STRIPED})


def test_a_file_that_the_checkpoint_does_not_list_is_not_read(plain, tmp_path, checkpoint):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    (folder / BACKGROUND).write_bytes(b"from elsewhere")
    with pytest.raises(ModelError, match="give others="):
        Classifier.load(folder).extend({"zebra": STRIPED})


@pytest.mark.parametrize("data", [b"", b"no safetensors", b"\x08\0\0\0\0\0\0\0{}      "])
def test_a_damaged_background_says_so(tmp_path, data):
    (tmp_path / BACKGROUND).write_bytes(data)
    with pytest.raises(ModelError, match="copy the checkpoint again"):
        read_background(tmp_path)


def test_a_full_disk_leaves_the_old_checkpoint(more, tmp_path, monkeypatch):
    folder = more.save(tmp_path / "more")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.rename", lambda *_: (_ for _ in ()).throw(OSError(errno.ENOSPC, "No space left")))
        with pytest.raises(ModelError, match="No space left"):
            more.save(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["more"]


def test_what_has_changed_since_is_not_saved_over(more, garments, tmp_path, checkpoint):
    folder = shutil.copytree(checkpoint, tmp_path / "copy")
    extended = Classifier.load(folder).extend({"zebra": STRIPED}, others=garments[:120])
    config = json.loads((folder / "config.json").read_text("utf-8"))
    config["fingerprints"]["category"] = "another"
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match="another model was saved there"):
        extended.save(tmp_path / "new")


def test_where_something_else_lies_nothing_is_written(more, tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(ModelError, match="something else than a checkpoint"):
        more.save(tmp_path / "letters")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


def test_a_model_in_memory_is_extended_and_saves_itself(garments, checkpoint, tmp_path):
    pytest.importorskip("torch")
    from fashionkit import FashionModel

    more = Classifier.load(FashionModel.load(checkpoint)).extend({"zebra": STRIPED}, others=garments[:120])
    assert more.predict(MORE_STRIPED[0]).label == "zebra"
    with pytest.raises(ModelError, match="saved by its own save"):
        more.save(tmp_path / "more")


def test_an_explanation_of_a_new_category(more, tmp_path):
    pytest.importorskip("torch")
    from fashionkit.explain import Explainer

    explanation = Explainer.load(more.save(tmp_path / "more")).category(MORE_STRIPED[0])
    assert explanation.label == "zebra"
    assert explanation.map.max() == 1
