import importlib
import json

import numpy as np
import pytest
import torch
from small_training import LABELS, drawn, small_model

import fashionkit.training
from fashionkit import CategorySpec, DataError, EmbeddingSpec, FashionModel, InputRule, OutfitSpec
from fashionkit.datasets import DataSet, Judged, LabelledPhoto, OutfitSet
from fashionkit.images import fit, read
from fashionkit.metrics import best_temperature
from fashionkit.models.card import write_card
from fashionkit.training.calibration import RECORD, calibrate, calibrate_by

SIZE = InputRule(size=(64, 64))


def with_outfits() -> FashionModel:
    torch.manual_seed(0)
    heads = {"embedding": EmbeddingSpec(dimension=8), "outfit": OutfitSpec(item_width=8, hidden=16, layers=1)}
    return FashionModel("test_efficientnet", heads, input=SIZE).eval()


def judged_outfits(count: int = 40) -> OutfitSet:
    data = drawn(12)
    items = {photo.id: photo for photo in data}
    names, random = list(items), np.random.default_rng(0)
    judged = [Judged(f"{n}", "", tuple(random.choice(names, 3, replace=False)), n % 2 == 0) for n in range(count)]
    return OutfitSet("drawn", "val", data.root, items, (), (), tuple(judged), {})


def test_a_model_is_calibrated_by_photos_and_says_so_on_its_card():
    model = small_model().eval()
    with torch.no_grad():
        model.heads["category"].classifier.weight *= 3000
    data = drawn(48)
    picked = calibrate(model, data)
    assert [each.question for each in picked] == ["category", "attributes.shade"]
    assert [each.answers for each in picked] == [48, 32]
    assert picked[0].after < picked[0].before
    assert model.specs["category"].temperature == picked[0].temperature != 1
    assert model.specs["attributes"].groups["shade"].temperature == picked[1].temperature
    assert json.loads(json.dumps(model.training_record[RECORD])) == [each.to_row() for each in picked]
    card = write_card(model)
    assert "| question | answers | temperature | calibration error before | after |" in card
    assert f"| attributes.shade | 32 | {round(picked[1].temperature, 3)} |" in card


def test_the_temperature_is_that_of_what_the_model_answers():
    model = small_model().eval()
    data = drawn(24)
    calibrate(model, data)
    with torch.no_grad():
        raw = model(torch.from_numpy(np.stack([photo.photo for photo in resized(data)])))["category"].numpy()
    targets = model.specs["category"].encode(data.labels_of("category"))
    assert model.specs["category"].temperature == pytest.approx(best_temperature(raw, targets), rel=1e-3)


def resized(data: DataSet) -> list[LabelledPhoto]:
    return [LabelledPhoto(fit(read(photo.photo), SIZE), photo.labels) for photo in data]


def test_a_photo_that_cannot_be_read_does_not_count():
    model, data = small_model().eval(), drawn(24)
    broken = DataSet("drawn", "", (*data, LabelledPhoto("missing.jpg", {"category": "dress"}, id="missing")), data.root)
    with pytest.warns(UserWarning, match="missing"):
        picked = calibrate(model, [broken])
    assert picked[0].answers == 24


def test_calibrating_again_changes_nothing_and_repeats_no_row():
    model, data = small_model().eval(), drawn(32)
    first = calibrate(model, data)
    specs = dict(model.specs)
    again = calibrate(model, data)
    assert model.specs == specs
    assert [each.before for each in again] == [each.after for each in first]
    assert [row["question"] for row in model.training_record[RECORD]] == ["category", "attributes.shade"]


def test_too_few_photos_leave_the_model_as_it_was():
    model = small_model().eval()
    specs = dict(model.specs)
    assert calibrate(model, drawn(12)) == ()
    assert model.specs == specs
    assert RECORD not in model.training_record


def test_outfits_are_calibrated_by_what_was_judged():
    model = with_outfits()
    with torch.no_grad():
        model.heads["outfit"].score.weight *= 50
    (picked,) = calibrate(model, judged_outfits())
    assert picked.question == "outfit"
    assert picked.answers == 40
    assert picked.after < picked.before
    assert model.specs["outfit"].temperature == picked.temperature > 1
    assert calibrate(with_outfits(), judged_outfits(0)) == ()
    assert calibrate(small_model().eval(), judged_outfits()) == ()


def test_heads_that_are_not_named_stay_as_they_are():
    model = small_model().eval()
    raw, targets = np.ones((30, 4), np.float32), np.eye(4, dtype=bool)[np.arange(30) % 4]
    raw[:, 0] = 4
    (picked,) = calibrate_by(model, {"category": raw}, {"category": targets})
    assert model.specs["category"] == CategorySpec(labels=LABELS, temperature=picked.temperature)
    assert model.specs["attributes"] == small_model().specs["attributes"]


def test_no_photos_are_refused():
    with pytest.raises(DataError, match="no photo"):
        calibrate(small_model(), [])


def test_the_room_gives_the_function_every_time():
    importlib.import_module("fashionkit.training.calibration")
    assert fashionkit.training.calibrate is calibrate
    assert fashionkit.training.calibrate is calibrate
