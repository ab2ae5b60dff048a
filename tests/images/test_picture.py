import threading

import numpy as np
import pytest
from PIL import Image, ImageOps

from fashionkit.errors import ImageError
from fashionkit.images import Limits, read
from fashionkit.images.picture import orientation_of, pillow_errors

pytestmark = pytest.mark.light

MODES = ("1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "LAB", "HSV", "I;16")


@pytest.fixture
def picture(photo):
    return Image.fromarray(photo)


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_becomes_rgb_and_the_image_stays_as_it_is(picture, mode):
    if mode == "I;16":
        image = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 256)
    elif mode == "LAB":
        image = Image.merge("LAB", picture.split())
    elif mode in ("La", "RGBa", "PA"):
        image = picture.convert({"La": "LA", "RGBa": "RGBA", "PA": "P"}[mode]).convert(mode)
    else:
        image = picture.convert(mode)
    before, info = image.tobytes(), dict(image.info)
    pixels = read(image)
    assert pixels.shape == (37, 53, 3)
    assert pixels.flags.owndata
    assert pixels.flags.writeable
    assert (image.tobytes(), image.mode, image.size, image.info) == (before, mode, (53, 37), info)
    if mode == "La":
        np.testing.assert_array_equal(pixels, np.asarray(picture.convert("L").convert("RGB")))
    elif mode not in ("LAB", "I;16"):
        np.testing.assert_array_equal(pixels, np.asarray(image.convert("RGBA").convert("RGB")))
    if mode == "I;16":
        np.testing.assert_array_equal(pixels[..., 1], np.asarray(picture.convert("L")))


def test_changing_the_pixels_does_not_change_the_image(picture):
    before = picture.tobytes()
    read(picture)[:] = 0
    assert picture.tobytes() == before


@pytest.mark.parametrize(
    ("mode", "colour", "transparency", "expected"),
    [
        ("RGBA", (10, 20, 30, 0), None, (255, 255, 255)),
        ("RGBA", (10, 20, 30, 255), None, (10, 20, 30)),
        ("RGBA", (0, 100, 200, 51), None, (204, 224, 244)),
        ("LA", (0, 128), None, (127, 127, 127)),
        ("L", 7, 7, (255, 255, 255)),
        ("L", 8, 7, (8, 8, 8)),
        ("RGB", (1, 2, 3), (1, 2, 3), (255, 255, 255)),
        ("P", 0, 0, (255, 255, 255)),
        ("P", 0, b"\x80", (127, 127, 127)),
    ],
)
def test_transparency_lies_on_white(mode, colour, transparency, expected):
    image = Image.new(mode, (3, 2), colour)
    if mode == "P":
        image.putpalette([0, 0, 0])
    if transparency is not None:
        image.info["transparency"] = transparency
    assert read(image)[1, 2].tolist() == list(expected)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0, 32768, 65535]], np.int32), [0, 128, 255]),
        (np.array([[0, 255, 256, 65535]], np.uint16), [0, 0, 1, 255]),
    ],
)
def test_deep_grey_keeps_its_high_byte(array, expected):
    assert read(Image.fromarray(array))[0, :, 2].tolist() == expected


@pytest.mark.parametrize(
    ("array", "reason"),
    [
        (np.array([[0, 255]], np.float32), "divide by 255"),
        (np.array([[np.nan, 0]], np.float32), "nan"),
        (np.array([[-1, 5]], np.int32), "0..65535"),
        (np.array([[0, 65536]], np.int32), "0..65535"),
    ],
)
def test_values_without_an_agreed_range_are_refused(array, reason):
    with pytest.raises(ImageError, match=reason):
        read(Image.fromarray(array))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_every_orientation_stands_upright(draw, encode, tmp_path, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encode(draw(16, 24), kind, exif=exif, **({"lossless": True} if kind == "WEBP" else {}))
    path = tmp_path / "turned"
    path.write_bytes(data)
    with Image.open(path) as stored:
        expected = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"))
    assert expected.shape == ((16, 24, 3) if orientation < 5 else (24, 16, 3))
    np.testing.assert_array_equal(read(data), expected)
    with Image.open(path) as lazy:
        np.testing.assert_array_equal(read(lazy), expected)


def test_an_orientation_in_xmp_counts(photo):
    image = Image.fromarray(photo)
    image.info["xmp"] = b'<x tiff:Orientation="3"/>'
    np.testing.assert_array_equal(read(image), photo[::-1, ::-1])


@pytest.mark.parametrize("exif", [b"Exif\x00\x00garbage", b"\xff" * 40, b"", "text", 5])
def test_a_damaged_orientation_counts_as_upright(photo, exif):
    image = Image.fromarray(photo)
    image.info["exif"] = exif
    assert orientation_of(image) == 1
    np.testing.assert_array_equal(read(image), photo)


@pytest.mark.parametrize("value", [0, 9, -1, 6.0, "6", (6, 6)])
def test_an_orientation_out_of_range_counts_as_upright(photo, value):
    image = Image.fromarray(photo)
    image.getexif()[0x0112] = value
    assert orientation_of(image) == 1


def test_an_image_is_read_at_the_frame_where_it_stands(tmp_path):
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(tmp_path / "a.tiff", save_all=True, append_images=frames[1:])
    with Image.open(tmp_path / "a.tiff") as image:
        image.seek(2)
        assert read(image)[0, 0].tolist() == [0, 0, 255]
        assert image.tell() == 2


def test_one_lazy_image_may_be_read_by_many_threads_at_once(tmp_path, draw, encode):
    (tmp_path / "a.jpg").write_bytes(encode(draw(300, 400), "JPEG"))
    expected = read(tmp_path / "a.jpg")
    for _ in range(5):
        image, results = Image.open(tmp_path / "a.jpg"), []
        threads = [threading.Thread(target=lambda i=image, r=results: r.append(read(i))) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 4
        assert all(np.array_equal(pixels, expected) for pixels in results)


def test_a_lazy_image_that_cannot_be_loaded_is_refused(tmp_path, jpeg):
    (tmp_path / "cut.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (tmp_path / "whole.jpg").write_bytes(jpeg)
    cut, closed = Image.open(tmp_path / "cut.jpg"), Image.open(tmp_path / "whole.jpg")
    closed.close()
    for image in (cut, closed):
        with pytest.raises(ImageError, match="PIL image 53×37 RGB: the file is cut off"):
            read(image)
    cut.close()


def test_limits_hold_for_images(picture):
    with pytest.raises(ImageError, match="max_pixels"):
        read(picture, limits=Limits(max_pixels=100))
    with pytest.raises(ImageError, match="no pixels"):
        read(Image.new("RGB", (0, 5)))


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (OSError("image file is truncated"), "cut off or damaged"),
        (SyntaxError("broken PNG file"), "SyntaxError"),
        (KeyError("mode"), "KeyError"),
        (ZeroDivisionError(), "ZeroDivisionError"),
        (OverflowError("a\nb"), r"a\\nb"),
        (EOFError(), "EOFError"),
        (MemoryError(), "not enough memory"),
        (Image.DecompressionBombError(), "more pixels"),
        (Image.DecompressionBombWarning(), "more pixels"),
        (UserWarning("a warning made an error"), "UserWarning"),
        (ImageError("b", "kept as it is"), "kept as it is"),
    ],
)
def test_whatever_pillow_raises_becomes_one_error(error, reason):
    with pytest.raises(ImageError, match=reason) as caught, pillow_errors("a.jpg"):
        raise error
    assert caught.value is error or caught.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_stops_the_program_passes(error):
    with pytest.raises(error), pillow_errors("a.jpg"):
        raise error
