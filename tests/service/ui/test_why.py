from __future__ import annotations

import io
import sys

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("gradio")

from fashionkit.errors import DataError, ModelError
from fashionkit.service.arriving import Upload
from fashionkit.service.ui.why import Why


@pytest.fixture
def large():
    """A photo of 900×600 pixels."""
    rng = np.random.default_rng(3)
    buffer = io.BytesIO()
    Image.fromarray(rng.integers(0, 255, (600, 900, 3), np.uint8)).save(buffer, "JPEG", quality=40)
    return Upload(buffer.getvalue())


def test_a_picture_is_small_and_coloured(offers, large):
    pytest.importorskip("torch")
    picture = Why(offers.model).picture(large, "", offers.classifier.predict(large).label)
    assert picture.size == (640, 427)
    assert np.ptp(np.asarray(picture).astype(int), axis=2).max() > 30


def test_an_attribute_can_be_asked_for(offers, large):
    pytest.importorskip("torch")
    name, choice = next(iter(offers.attributes.predict(large).choices.items()))
    assert Why(offers.model).picture(large, name, choice.label).size == (640, 427)


def test_what_the_model_does_not_know_is_refused(offers, large):
    pytest.importorskip("torch")
    with pytest.raises(DataError, match="no attribute"):
        Why(offers.model).picture(large, "colour of the moon", "")


def test_without_torch_it_is_said_what_to_install(offers, large, monkeypatch):
    for name in [each for each in sys.modules if each.startswith("fashionkit.explain.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match=r"pip install 'fashionkit\[train\]'"):
        Why(offers.model).picture(large, "", "shirt")
