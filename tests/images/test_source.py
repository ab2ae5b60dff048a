import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from fashionkit.images import describe
from fashionkit.images.source import is_file, is_tensor, one_line

pytestmark = pytest.mark.light


class Hostile:
    @property
    def read(self):
        raise RuntimeError("no")


class Named(io.BytesIO):
    name = "upload.jpg"


class FakeTensor:
    shape = (3, 4, 5)
    dtype = "torch.float32"

    def detach(self):
        return self

    cpu = numpy = detach


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("photos/dress.jpg", "photos/dress.jpg"),
        (Path("photos") / "kleid ü.jpg", "photos/kleid ü.jpg"),
        ("", "empty path"),
        ("two\nlines\x00.jpg", "two\\nlines\\x00.jpg"),
        ("lone \udcff surrogate", "lone \\udcff surrogate"),
        (b"", "bytes (0 bytes)"),
        (bytes(1024), "bytes (1,024 bytes)"),
        (bytearray(5), "bytearray (5 bytes)"),
        (memoryview(np.zeros(6, np.uint16)), "memoryview (12 bytes)"),
        (np.zeros((3, 4), np.float32), "array (3, 4) float32"),
        (Image.new("RGB", (640, 480)), "PIL image 640×480 RGB"),
        (io.BytesIO(b"x"), "file object (BytesIO)"),
        (Named(b"x"), "file object upload.jpg"),
        (FakeTensor(), "tensor (3, 4, 5) float32"),
        (None, "None"),
        (5, "object of type int"),
        (["a.jpg"], "object of type list"),
        (Hostile(), "object of type Hostile"),
    ],
)
def test_a_source_has_a_short_name(source, expected):
    assert describe(source) == expected


def test_a_released_view_still_has_a_name():
    view = memoryview(b"abc")
    view.release()
    assert describe(view) == "memoryview"


@settings(deadline=None)
@given(st.text())
def test_a_name_is_one_printable_line_of_bounded_length(text):
    line = one_line(text, longest=20)
    assert line.isprintable()
    # An escaped character takes up to ten.
    assert len(line) <= 21 * 10


def test_the_middle_of_a_long_name_is_left_out():
    assert len(describe("data:" + "A" * 100_000)) == 201


def test_a_torch_tensor_is_tensor_like():
    torch = pytest.importorskip("torch")
    assert is_tensor(torch.zeros(1))
    assert is_tensor(torch.nn.Parameter(torch.zeros(1)))
    assert describe(torch.zeros(3, 4, 5)) == "tensor (3, 4, 5) float32"


@pytest.mark.parametrize("source", [np.zeros(1), memoryview(b"a"), b"a", None, 1, Hostile(), io.BytesIO()])
def test_nothing_else_is_tensor_like(source):
    assert not is_tensor(source)


def test_files_and_their_wrappers_can_be_read_from():
    with tempfile.NamedTemporaryFile() as wrapped:
        assert is_file(wrapped)
    assert is_file(io.BytesIO())
    assert not is_file(Hostile())
    assert not is_file(io.BytesIO)
