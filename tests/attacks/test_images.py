"""Working attempts to hurt whoever reads a photo: each ends in pixels or in one `ImageError`, in little memory.

The attempts are also the threat model: files that claim much and bring little, files cut off at any byte, files with
any bit turned over, all of them read by many threads of one process that must stay as it was.
"""

import io
import random
import struct
import subprocess
import sys
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image, ImageFile

from fashionkit.errors import ImageError
from fashionkit.images import read

pytestmark = pytest.mark.light

FLIPS = 300
ZEROS = 100_000_000


def drawn(mode="RGB"):
    rng = np.random.default_rng(3)
    pixels = rng.integers(0, 256, (3, 3, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((20, 14), Image.Resampling.BICUBIC).convert(mode)


def encoded(kind, mode="RGB", **options):
    stream = io.BytesIO()
    drawn(mode).save(stream, kind, **options)
    return stream.getvalue()


EXIF = Image.Exif()
EXIF[0x0112] = 6
PHOTOS = {
    "baseline JPEG": encoded("JPEG", exif=EXIF),
    "progressive JPEG": encoded("JPEG", progressive=True),
    "CMYK JPEG": encoded("JPEG", mode="CMYK"),
    "MPO": encoded("MPO", save_all=True, append_images=[drawn()]),
    "PNG": encoded("PNG", mode="RGBA", exif=EXIF),
    "palette PNG": encoded("PNG", mode="P", transparency=3),
    "animated PNG": encoded("PNG", save_all=True, append_images=[drawn("RGB").rotate(90)]),
    "WebP": encoded("WEBP", exif=EXIF),
    "lossless WebP": encoded("WEBP", mode="RGBA", lossless=True),
    "AVIF": encoded("AVIF", exif=EXIF),
    "BMP": encoded("BMP"),
    "palette BMP": encoded("BMP", mode="P"),
    "GIF": encoded("GIF"),
    "animated GIF": encoded("GIF", save_all=True, append_images=[drawn().rotate(90)]),
    "TIFF": encoded("TIFF", exif=EXIF),
    "TIFF with LZW": encoded("TIFF", compression="tiff_lzw"),
    "TIFF with Deflate": encoded("TIFF", mode="L", compression="tiff_adobe_deflate"),
    "TIFF with JPEG": encoded("TIFF", compression="jpeg"),
    "fax TIFF": encoded("TIFF", mode="1", compression="group4"),
}


def outcome(data, at_least=None):
    """`pixels` or `refused`; anything else that is raised fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks on damaged metadata
        try:
            pixels = read(data, at_least=at_least)
        except ImageError:
            return "refused"
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    return "pixels"


@pytest.mark.parametrize("name", PHOTOS)
def test_a_file_cut_off_anywhere(name):
    data = PHOTOS[name]
    assert outcome(data) == "pixels"
    outcomes = [outcome(data[:length]) for length in range(len(data))]
    assert outcomes[: len(data) // 4] == ["refused"] * (len(data) // 4)


@pytest.mark.parametrize("name", PHOTOS)
def test_bits_turned_over(name):
    chance = random.Random(name)  # noqa: S311 - to repeat, not to hide
    for round_number in range(FLIPS):
        data = bytearray(PHOTOS[name])
        for _ in range(chance.choice((1, 1, 1, 4, 16))):
            # Half of the flips go to the header, where they do most.
            reach = len(data) if round_number % 2 else min(len(data), 120)
            data[chance.randrange(reach)] ^= 1 << chance.randrange(8)
        outcome(bytes(data), at_least=(2, 2) if round_number % 3 else None)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PHOTOS)), st.integers(0, 4000), st.integers(0, 4000), st.binary(max_size=40))
def test_a_part_replaced_by_anything(name, start, stop, replacement):
    data = PHOTOS[name]
    start, stop = sorted((start % len(data), stop % len(data)))
    outcome(data[:start] + replacement + data[stop:])


def png_chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_with(name, content, at=33):
    plain = encoded("PNG")
    return plain[:at] + png_chunk(name, content) + plain[at:]


def png_claiming(width, height):
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")


def jpeg_claiming(width, height):
    data = bytearray(encoded("JPEG"))
    start = data.index(b"\xff\xc0")
    data[start + 5 : start + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def riff(name, content):
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def webp_claiming(side):
    canvas = struct.pack("<I", side - 1)[:3] * 2
    frame = b"\0" * 6 + struct.pack("<I", 7)[:3] * 2 + b"\0" * 4 + encoded("WEBP")[12:]
    body = b"WEBP" + riff(b"VP8X", b"\x02\0\0\0" + canvas) + riff(b"ANIM", bytes(6)) + riff(b"ANMF", frame)
    return riff(b"RIFF", body)


def tiff(content, **tags):
    numbers = {"width": 256, "height": 257, "bits": 258, "compression": 259, "photometric": 262, "at": 273}
    numbers |= {"samples": 277, "rows": 278, "length": 279, "tile_width": 322, "tile_height": 323, "tile_at": 324}
    numbers |= {"tile_length": 325}
    values = {"width": 10, "height": 10, "bits": 8, "compression": 8, "photometric": 1, "samples": 1, **tags}
    start = 8 + 2 + 12 * len(values) + 4
    entries = sorted((numbers[name], start if value == "content" else value) for name, value in values.items())
    listed = b"".join(struct.pack("<HHII", number, 4, 1, value) for number, value in entries)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + listed + bytes(4) + content


def gif_claiming(width, height):
    data = bytearray(encoded("GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def bmp_claiming(width, height):
    data = bytearray(encoded("BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def many_scans(count):
    stream = io.BytesIO()
    Image.new("L", (4000, 4000)).save(stream, "JPEG", progressive=True)
    data = stream.getvalue()
    last, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + (data[last : last + 10] + b"\0") * count + data[end:]


def claims():
    bomb = zlib.compress(bytes(ZEROS), 9)
    tile = {"tile_width": 30_000, "tile_height": 30_000, "tile_at": "content", "tile_length": len(bomb)}
    strip = {"at": "content", "rows": 2**31 - 1, "length": len(bomb)}
    return {
        "PNG of 100 megapixels": png_claiming(10_000, 10_000),
        "PNG of the largest size": png_claiming(2**31 - 1, 2**31 - 1),
        "PNG of 40 megapixels in a thousand bytes": png_claiming(8000, 5000),
        "JPEG of 100 megapixels": jpeg_claiming(10_000, 10_000),
        "JPEG of the largest size": jpeg_claiming(65_500, 65_500),
        "WebP of 169 megapixels": webp_claiming(13_000),
        "WebP of the largest size": webp_claiming(16_383),
        "GIF of the largest size": gif_claiming(65_535, 65_535),
        "BMP of 100 megapixels": bmp_claiming(10_000, 10_000),
        "BMP upside down and huge": bmp_claiming(2**31 - 1, -(2**31) + 1),
        "TIFF of 100 megapixels": tiff(bomb, width=10_000, height=10_000, **strip),
        "TIFF whose tile is huge and picture small": tiff(bomb, **tile),
        "PNG with a compressed comment": png_with(b"zTXt", b"k\0\0" + bomb),
        "PNG with an international comment": png_with(b"iTXt", b"k\0\1\0\0\0" + bomb),
        "PNG with a comment at its end": png_with(b"zTXt", b"k\0\0" + bomb, at=len(encoded("PNG")) - 12),
        "PNG with a profile": png_with(b"iCCP", b"k\0\0" + bomb),
        "JPEG with thousands of scans": many_scans(5000),
    }


CLAIMS = claims()


@pytest.mark.parametrize("name", CLAIMS)
def test_a_file_that_claims_much_is_refused(name):
    assert len(CLAIMS[name]) < 500_000
    assert outcome(CLAIMS[name]) == "refused"


def test_refusing_takes_little_memory(tmp_path):
    resource = pytest.importorskip("resource")
    for number, data in enumerate(CLAIMS.values()):
        (tmp_path / str(number)).write_bytes(data)
    code = (
        "import resource, sys, pathlib, warnings\n"
        "from fashionkit.images import read\n"
        "from fashionkit.errors import ImageError\n"
        "warnings.simplefilter('ignore')\n"
        "def attempt(source):\n"
        "    try: read(source)\n"
        "    except ImageError: return 1\n"
        "    return 0\n"
        "attempt(b'every plug-in is loaded by now')\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak()\n"
        "refused = sum(attempt(path) for path in pathlib.Path(sys.argv[1]).iterdir())\n"
        "print(refused, peak() - before)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    refused, grown = done.stdout.split()
    assert int(refused) == len(CLAIMS)
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(grown) * unit < 30_000_000
    assert resource


def test_a_real_photo_of_50_megapixels_is_read():
    stream = io.BytesIO()
    Image.new("RGB", (8660, 5774), (200, 30, 30)).save(stream, "JPEG")
    pixels = read(stream.getvalue(), at_least=(224, 224))
    assert pixels.shape == (722, 1083, 3)


def test_threads_leave_the_process_as_it_was():
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, Image.WARN_POSSIBLE_FORMATS)

    def attempt(data):
        try:
            return read(data).tobytes()
        except ImageError as error:
            return error.reason

    sources = [*PHOTOS.values(), *(data[: len(data) // 2] for data in PHOTOS.values())] * 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        filters = list(warnings.filters)
        expected = [attempt(data) for data in sources]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(attempt, sources)) == expected
        assert list(warnings.filters) == filters
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, Image.WARN_POSSIBLE_FORMATS)
