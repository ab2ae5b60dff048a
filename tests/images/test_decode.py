import io
import struct
import warnings
import zlib

import cv2
import numpy as np
import PIL
import pytest
from PIL import Image, ImageChops, ImageFile

from fashionkit.errors import ImageError
from fashionkit.images import InputRule, Limits, fit, read

pytestmark = pytest.mark.light

PIL_VERSION = int(PIL.__version__.partition(".")[0])


def without_segment(jpeg, marker):
    """A JPEG without its first segment of that marker."""
    start = jpeg.index(bytes([0xFF, marker]))
    (length,) = struct.unpack(">H", jpeg[start + 2 : start + 4])
    return jpeg[:start] + jpeg[start + 2 + length :]


class TestFormats:
    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("PNG", {}),
            ("BMP", {}),
            ("TIFF", {}),
            ("TIFF", {"compression": "tiff_lzw"}),
            ("TIFF", {"compression": "tiff_adobe_deflate"}),
            ("WEBP", {"lossless": True}),
        ],
    )
    def test_a_lossless_format_gives_the_pixels_back(self, photo, encode, kind, options):
        np.testing.assert_array_equal(read(encode(photo, kind, **options)), photo)

    @pytest.mark.parametrize(
        ("kind", "options"),
        [
            ("JPEG", {"quality": 95, "subsampling": 0}),
            ("JPEG", {"quality": 95, "subsampling": 0, "progressive": True}),
            ("WEBP", {"quality": 98}),
            ("AVIF", {"quality": 98}),
            ("TIFF", {"compression": "jpeg", "quality": 98}),
        ],
    )
    def test_a_lossy_format_comes_close(self, draw, encode, kind, options):
        pixels = cv2.GaussianBlur(draw(64, 80), (0, 0), 3)
        assert np.abs(read(encode(pixels, kind, **options)).astype(int) - pixels).mean() < 3

    def test_a_jpeg_has_the_pixels_that_pillow_decodes(self, jpeg):
        np.testing.assert_array_equal(read(jpeg), np.asarray(Image.open(io.BytesIO(jpeg))))

    @pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
    def test_every_mode_of_png(self, photo, encode, mode):
        grey = Image.fromarray(photo).convert("L")
        deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 256)
        image = deep if mode == "I;16" else Image.fromarray(photo).convert(mode)
        expected = grey if mode == "I;16" else image
        np.testing.assert_array_equal(read(encode(image, "PNG")), np.asarray(expected.convert("RGB")))

    @pytest.mark.parametrize("extension", [".png", ".tiff"])
    @pytest.mark.parametrize("channels", [1, 3, 4])
    def test_16_bits_keep_their_high_byte(self, photo, extension, channels):
        deep = np.dstack([photo, np.full(photo.shape[:2], 255, np.uint8)])[..., :channels].astype(np.uint16) * 256 + 99
        if channels == 4:
            deep[..., 3] = 65535
        _, data = cv2.imencode(extension, deep)  # as BGR
        expected = photo[..., :1].repeat(3, axis=2) if channels == 1 else photo[..., ::-1]
        np.testing.assert_array_equal(read(data.tobytes()), expected)

    def test_16_bit_grey_with_a_transparent_value(self, encode):
        image = Image.fromarray(np.array([[0, 513, 65535]], np.uint16))
        assert read(encode(image, "PNG", transparency=513))[0, :, 0].tolist() == [0, 255, 255]

    def test_float_tiff_follows_the_rule_of_floats(self, encode):
        good, bad = (Image.fromarray(np.array([[0, high]], np.float32)) for high in (1, 300))
        assert read(encode(good, "TIFF"))[0, :, 0].tolist() == [0, 255]
        with pytest.raises(ImageError, match="float pixels"):
            read(encode(bad, "TIFF"))

    @pytest.mark.parametrize("mode", ["YCbCr", "LAB", "CMYK"])
    def test_tiff_of_other_colour_spaces(self, photo, encode, mode):
        if mode == "YCbCr" and PIL_VERSION < 13:
            pytest.skip("Pillow before 13 takes its own uncompressed YCbCr TIFF for truncated")
        image = Image.fromarray(photo)
        image = Image.merge("LAB", image.split()) if mode == "LAB" else image.convert(mode)
        np.testing.assert_array_equal(read(encode(image, "TIFF")), np.asarray(image.convert("RGB")))

    def test_cmyk_jpeg_is_inverted_with_and_without_adobes_marker(self, photo, encode):
        data = encode(Image.fromarray(photo).convert("CMYK"), "JPEG", quality=95)
        pixels = read(data)
        assert np.abs(pixels.astype(int) - photo).mean() < 12
        np.testing.assert_array_equal(read(without_segment(data, 0xEE)), pixels)

    @pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
    def test_of_several_frames_the_first_is_read(self, encode, kind):
        frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
        data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
        with Image.open(io.BytesIO(data)) as image:
            assert image.n_frames == 3
        assert np.abs(read(data).astype(int) - (255, 0, 0)).max() < 8

    def test_mpo_as_phones_write_it(self, photo, encode):
        image = Image.fromarray(photo)
        data = encode(image, "MPO", save_all=True, append_images=[ImageChops.invert(image)])
        with Image.open(io.BytesIO(data)) as opened:
            assert opened.format == "MPO"
        np.testing.assert_array_equal(read(data), read(encode(image, "JPEG")))

    def test_transparency_of_a_palette(self, encode):
        image = Image.new("P", (2, 1))
        image.putpalette([10, 20, 30, 40, 50, 60])
        image.putdata([0, 1])
        for kind in ("PNG", "GIF"):
            assert read(encode(image, kind, transparency=1))[0].tolist() == [[10, 20, 30], [255, 255, 255]]

    def test_colour_profiles_are_ignored(self, photo, encode):
        image_cms = pytest.importorskip("PIL.ImageCms")
        profile = image_cms.ImageCmsProfile(image_cms.createProfile("XYZ")).tobytes()
        np.testing.assert_array_equal(read(encode(photo, "PNG", icc_profile=profile)), photo)


class TestScaledDecode:
    @pytest.mark.parametrize(
        ("shape", "at_least", "decoded"),
        [
            ((800, 640), (100, 80), (200, 160)),
            ((800, 640), (50, 40), (100, 80)),
            ((800, 640), (49, 40), (100, 80)),
            ((800, 640), (51, 40), (200, 160)),
            ((800, 640), (101, 80), (400, 320)),
            ((800, 640), (201, 10), (800, 640)),
            ((800, 640), (10, 161), (800, 640)),
            ((801, 643), (100, 80), (201, 161)),
            ((800, 640), (10_000, 10_000), (800, 640)),
            ((800, 640), (1, 1), (100, 80)),
        ],
    )
    def test_twice_what_is_wanted_is_left(self, draw, encode, shape, at_least, decoded):
        data = encode(draw(*shape), "JPEG")
        assert read(data, at_least=at_least).shape[:2] == decoded
        assert read(data).shape[:2] == shape

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_sides_are_those_of_the_upright_photo(self, draw, encode, orientation):
        exif = Image.Exif()
        exif[0x0112] = orientation
        data = encode(draw(400, 1600), "JPEG", exif=exif)
        upright = (400, 1600) if orientation < 5 else (1600, 400)
        wanted = (upright[0] // 8, upright[1] // 8)
        assert read(data, at_least=wanted).shape[:2] == (upright[0] // 4, upright[1] // 4)

    @pytest.mark.parametrize("kind", ["PNG", "WEBP", "BMP"])
    def test_other_formats_keep_their_size(self, draw, encode, kind):
        assert read(encode(draw(80, 64), kind), at_least=(4, 4)).shape == (80, 64, 3)

    def test_a_callers_image_keeps_its_size(self, draw, encode):
        with Image.open(io.BytesIO(encode(draw(80, 64), "JPEG"))) as image:
            assert read(image, at_least=(4, 4)).shape == (80, 64, 3)
            assert image.size == (64, 80)

    @pytest.mark.parametrize("quality", [60, 90])
    @pytest.mark.parametrize(("name", "bound"), [("smooth", 0.1), ("busy", 1.2), ("stripes", 1.2), ("noise", 2.0)])
    @pytest.mark.parametrize("shape", [(900, 720), (1920, 1440)])
    def test_fitted_pixels_differ_by_no_more_than_is_promised(self, encode, name, bound, shape, quality):
        rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]]
        rng = np.random.default_rng(0)
        if name == "smooth":
            pixels = np.stack([columns * 255 / shape[1], rows * 255 / shape[0], (rows + columns) / 20], -1)
        elif name == "busy":
            coarse = rng.integers(0, 256, (shape[0] // 16, shape[1] // 16, 3), dtype=np.uint8)
            pixels = cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)
        elif name == "stripes":
            pixels = np.where(((rows + columns) // 3 % 2)[..., None], (250, 30, 60), (10, 200, 240))
        else:
            pixels = rng.integers(0, 256, (*shape, 3))
        data, rule = encode(pixels.astype(np.uint8), "JPEG", quality=quality), InputRule((112, 112))
        scaled = read(data, at_least=rule.size)
        assert scaled.shape[0] < shape[0]
        difference = np.abs(fit(scaled, rule).astype(int) - fit(read(data), rule))
        assert difference.mean() < bound


class TestRefusals:
    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            (b"not a photo at all", "not a photo in a known format"),
            (b"\x00", "not a photo in a known format"),
            (b"<!doctype html><html>404</html>", "web page"),
            (b"\n  <svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
            (b"%PDF-1.7", "PDF"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIF"),
            (b"\xff\xd8\xff\xe0\x00\x10JFIF", "damaged"),
            (b"\xff\xd8\xff", "JPEG, but its header"),
            (b"\x89PNG\r\n\x1a\n", "damaged"),
            (b"GIF89a", "damaged"),
            (b"RIFF\x10\x00\x00\x00WEBPVP8 ", "damaged|WebP"),
        ],
    )
    def test_what_is_no_photo_says_what_it_is(self, data, reason):
        with pytest.raises(ImageError, match=reason):
            read(data)

    @pytest.mark.parametrize("kind", ["PPM", "TGA", "ICO", "PCX", "JPEG2000", "EPS"])
    def test_formats_that_are_not_allowed_are_refused(self, photo, encode, kind):
        with pytest.raises(ImageError, match=r"known format|damaged"):
            read(encode(Image.fromarray(photo).resize((16, 16)), kind))

    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "AVIF"])
    def test_half_a_file_is_refused(self, draw, encode, kind):
        data = encode(draw(64, 64), kind)
        with pytest.raises(ImageError, match="damaged"):
            read(data[: len(data) // 2])

    def test_limits_are_checked_before_pixels_are_decoded(self, png):
        # The header and little more: nothing that could be decoded.
        with pytest.raises(ImageError, match="max_pixels"):
            read(png[:60], limits=Limits(max_pixels=100))

    def test_a_png_that_claims_100_megapixels(self):
        header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
        chunk = struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
        data = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            with pytest.raises(ImageError, match="megapixels"):
                read(data)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(ImageError, match="more pixels"):
                read(data)

    def test_decoding_leaves_pillow_as_it_was(self, jpeg):
        before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters))
        read(jpeg)
        with pytest.raises(ImageError):
            read(jpeg[:-100])
        assert (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, list(warnings.filters)) == before
