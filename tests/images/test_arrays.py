import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from fashionkit.errors import ImageError
from fashionkit.images import Limits, read

pytestmark = pytest.mark.light

SHAPES = [(5, 7), (5, 7, 1), (5, 7, 3), (5, 7, 4), (3, 7, 3), (1, 1), (4, 4, 4)]


def expected_rgb(levels):
    """What 8-bit levels of any accepted shape look like, one pixel at a time."""
    height, width = levels.shape[:2]
    rgb = np.zeros((height, width, 3), np.uint8)
    for row in range(height):
        for column in range(width):
            pixel = np.atleast_1d(levels[row, column]).astype(float)
            if len(pixel) == 4:
                pixel = np.rint(pixel[:3] * pixel[3] / 255 + 255 * (1 - pixel[3] / 255))
            rgb[row, column] = pixel
    return rgb


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_and_kind_of_number_gives_the_same_pixels(shape):
    levels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    kinds = {
        "uint8": levels,
        "uint16": levels.astype(np.uint16) * 257,
        "uint16, other byte order": (levels.astype(np.uint16) * 256 + 255).astype(">u2"),
        "float16": (levels / 255).astype(np.float16),
        "float32": (levels / np.float32(255)).astype(np.float32),
        "float64": levels / 255,
        "not contiguous": np.repeat(levels, 2, axis=0)[::2],
        "Fortran order": np.asfortranarray(levels),
        "read-only": np.frombuffer(levels.tobytes(), np.uint8).reshape(shape),
    }
    for name, array in kinds.items():
        before = array.copy()
        pixels = read(array)
        np.testing.assert_array_equal(pixels, expected_rgb(levels), err_msg=name)
        np.testing.assert_array_equal(array, before)
        assert not np.shares_memory(pixels, array)
        assert pixels.dtype == np.uint8
        assert pixels.flags.c_contiguous
        assert pixels.flags.owndata
        assert pixels.flags.writeable


def test_true_is_white():
    assert read(np.array([[True, False]]))[0, :, 0].tolist() == [255, 0]


def test_floats_round_to_the_nearest_level_and_noise_is_clipped():
    values = np.array([[0.0, 0.5, 1.0, 1 + 5e-5, -5e-5, 0.00196, 0.00197]])
    assert read(values)[0, :, 0].tolist() == [0, 128, 255, 255, 0, 0, 1]


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.full((4, 4, 3), 255.0), "found 255; divide by 255"),
        (np.full((4, 4, 3), 1.01), "found 1.01; divide by 255"),
        (np.full((4, 4, 3), 65535.0), "full scale"),
        (np.full((4, 4, 3), -2.1, np.float32), "undo the normalisation"),
        (np.full((4, 4, 3), np.nan), "found nan"),
        (np.full((4, 4, 3), np.inf), "found inf"),
        (np.array([[0.5, -np.inf]]), "found -inf"),
        (np.zeros((4, 4, 3), np.int64), "not int64"),
        (np.zeros((4, 4, 3), np.int8), "not int8"),
        (np.zeros((4, 4, 3), np.complex64), "not complex64"),
        (np.full((4, 4), "a"), "not <U1"),
        (np.full((4, 4), None), "not object"),
        (np.zeros((4, 4), [("r", "u1")]), "pixels must be"),
        (np.zeros((4, 4), "datetime64[s]"), "pixels must be"),
        (np.zeros((0, 4, 3), np.uint8), "no pixels"),
        (np.zeros((4, 0), np.float32), "no pixels"),
        (np.zeros((4, 4, 0), np.uint8), "1, 3 or 4 channels"),
        (np.zeros((4, 5, 2), np.uint8), "1, 3 or 4 channels"),
        (np.zeros((3, 5, 7), np.uint8), "transpose"),
        (np.zeros((1, 5, 7, 3), np.uint8), "one photo at a time"),
        (np.zeros(7, np.uint8), "height x width x 3"),
        (np.uint8(3)[()] + np.zeros((), np.uint8), "object of type|shape"),
        (np.broadcast_to(np.float32(0.5), (10**6, 10**6, 3)), "megapixels"),
    ],
)
def test_what_is_no_photo_is_refused_with_the_reason(array, reason):
    with pytest.raises(ImageError, match=reason):
        read(array)


@settings(deadline=None)
@given(
    arrays(
        st.sampled_from([np.uint8, np.uint16, np.bool_, np.float32, np.float64, np.int32]),
        array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5),
    )
)
def test_any_array_ends_in_pixels_or_an_image_error(array):
    try:
        pixels = read(array)
    except ImageError:
        return
    assert pixels.shape == (*array.shape[:2], 3)


def test_limits_hold_for_arrays():
    with pytest.raises(ImageError, match="max_pixels"):
        read(np.zeros((11, 10), np.uint8), limits=Limits(max_pixels=109))


class TestTensors:
    @pytest.fixture
    def torch(self):
        return pytest.importorskip("torch")

    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_both_layouts_and_every_float(self, torch, channels):
        levels = np.random.default_rng(1).integers(0, 256, (5, 7, channels), dtype=np.uint8)
        tensor = torch.from_numpy(levels)
        first = tensor.permute(2, 0, 1)
        for given_tensor in (
            tensor,
            first,
            first.contiguous(),
            first / 255,
            (first.double() / 255).requires_grad_(),
            (first / 255).half(),
        ):
            before = given_tensor.clone()
            np.testing.assert_array_equal(read(given_tensor), expected_rgb(levels))
            assert torch.equal(given_tensor, before)

    def test_bfloat16_is_read_to_its_own_precision(self, torch):
        levels = np.arange(256, dtype=np.uint8).reshape(16, 16)
        pixels = read(torch.from_numpy(levels / np.float32(255)).to(torch.bfloat16))
        assert np.abs(pixels[..., 0].astype(int) - levels).max() <= 1

    def test_an_ambiguous_shape_has_its_channels_first(self, torch):
        tensor = torch.arange(27, dtype=torch.uint8).reshape(3, 3, 3)
        np.testing.assert_array_equal(read(tensor), tensor.permute(1, 2, 0).numpy())
        np.testing.assert_array_equal(read(tensor.numpy()), tensor.numpy())

    def test_grey_without_channels(self, torch):
        assert read(torch.full((5, 7), 9, dtype=torch.uint8)).tolist() == [[[9] * 3] * 7] * 5

    def test_pixels_are_not_the_tensors(self, torch):
        tensor = torch.zeros((5, 7, 3), dtype=torch.uint8)
        assert not np.shares_memory(read(tensor), tensor.numpy())

    def test_what_cannot_be_copied_or_is_no_photo_is_refused(self, torch):
        cases = [
            (torch.zeros((3, 4, 4), device="meta"), "cannot be copied"),
            (torch.zeros((4, 4)).to_sparse(), "cannot be copied"),
            (torch.zeros((3, 4, 4), dtype=torch.int64), "not int64"),
            (torch.full((3, 4, 4), -1.5), "normalisation"),
            (torch.zeros((2, 3, 4, 4)), "one photo at a time"),
            (torch.zeros((5, 4, 2)), "channels"),
            (torch.zeros((3, 0, 4)), "no pixels"),
            (torch.zeros(()), "height x width"),
            (torch.zeros(1).expand(3, 10**6, 10**6), "megapixels"),
        ]
        for tensor, reason in cases:
            with pytest.raises(ImageError, match=reason):
                read(tensor)
