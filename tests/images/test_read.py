import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image

from fashionkit import images
from fashionkit.errors import ImageError
from fashionkit.images import Limits, read

pytestmark = pytest.mark.light


class Hostile:
    @property
    def read(self):
        raise RuntimeError("no")

    shape = dtype = read


def test_every_route_gives_the_same_pixels(tmp_path, jpeg):
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg)
    expected = np.asarray(Image.open(path))
    with Image.open(path) as lazy, path.open("rb") as file:
        sources = [str(path), path, jpeg, bytearray(jpeg), memoryview(jpeg), io.BytesIO(jpeg), file, lazy, expected]
        for source in [*sources, Image.fromarray(expected), expected / 255, expected.astype(np.uint16) * 257]:
            pixels = read(source)
            np.testing.assert_array_equal(pixels, expected)
            assert pixels.dtype == np.uint8
            assert pixels.flags.c_contiguous
            assert pixels.flags.owndata
            assert pixels.flags.writeable


def test_a_tensor_is_one_more_route(jpeg):
    torch = pytest.importorskip("torch")
    expected = read(jpeg)
    for tensor in (torch.from_numpy(expected), torch.from_numpy(expected).permute(2, 0, 1) / 255):
        np.testing.assert_array_equal(read(tensor), expected)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (None, "it is not a photo"),
        (5, "it is not a photo"),
        (1.5, "it is not a photo"),
        ({}, "it is not a photo"),
        (object(), "it is not a photo"),
        (Hostile(), "it is not a photo"),
        (Image, "it is not a photo"),
        (["a.jpg", "b.jpg"], "one by one"),
        (("a.jpg",), "one by one"),
        (np.uint8(7), "it is not a photo"),
    ],
)
def test_what_is_no_source_is_refused(source, reason):
    with pytest.raises(ImageError, match=reason):
        read(source)


@pytest.mark.parametrize("at_least", [(0, 5), (5, -1), (5,), (5, 5, 3), 5, "55", (1.5, 2), ()])
def test_a_size_that_cannot_be_meant_is_refused(jpeg, at_least):
    with pytest.raises(ImageError, match="at_least"):
        read(jpeg, at_least=at_least)


@settings(deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(max_size=50), st.integers(), st.lists(st.integers()), st.none()))
def test_anything_ends_in_an_image_error(source):
    with pytest.raises(ImageError) as caught:
        read(source)
    assert str(caught.value).isprintable()
    assert caught.value.source == images.describe(source)


def test_many_threads_agree(jpeg, png):
    sources = [jpeg, png, b"broken", jpeg[:300]] * 20

    def outcome(source):
        try:
            return read(source).tobytes()
        except ImageError as error:
            return str(error)

    expected = [outcome(source) for source in sources]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(outcome, sources)) == expected


def test_limits_reach_every_decoder(jpeg):
    with pytest.raises(ImageError, match="max_pixels"):
        read(jpeg, limits=Limits(max_pixels=10))


def test_the_room_costs_no_torch_and_no_opencv_to_enter():
    code = "import sys, fashionkit.images; print(sorted({'torch', 'cv2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_public_names():
    assert sorted(images.__all__) == [
        "DEFAULT_LIMITS",
        "InputRule",
        "Limits",
        "Source",
        "TensorLike",
        "describe",
        "fit",
        "heif_in",
        "photos_in",
        "read",
    ]
    assert all(hasattr(images, name) for name in images.__all__)
