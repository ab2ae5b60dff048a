"""Working attempts to hurt a service through what is sent to it: each ends in an answer or in one problem.

The attempts are also the threat model: any bytes as a body, forms that are cut off, turned over or made up, photos cut
off anywhere, files that claim much and bring little, and names of any kind. Whatever comes, the next request is
answered as if nothing had been.
"""

from __future__ import annotations

import io
import struct
import zlib

import pytest

pytest.importorskip("fastapi")

from fastapi.testclient import TestClient
from hypothesis import example, given, settings, strategies as st
from PIL import Image

from fashionkit.service import Settings
from fashionkit.service.app import create_app

BOUNDARY = "--x"
FORM = {"content-type": f"multipart/form-data; boundary={BOUNDARY[2:]}"}
PATHS = ("/classify", "/attributes", "/analyze", "/outfits/score", "/outfits/complete", "/items", "/search")
FIELDS = ("file", "id", "k", "kind", "metadata", "vector", "where", "group_by", "diversity", "fiel", "")


@pytest.fixture(scope="module")
def client(checkpoint, tmp_path_factory):
    """A service of small limits; nothing that it did not foresee is let through."""
    folder = str(tmp_path_factory.mktemp("attacked") / "catalogue")
    limits = {"max_upload": 200_000, "max_pixels": 1_000_000, "threads": 1}
    with TestClient(create_app(Settings(model=str(checkpoint), catalogue=folder, create=True, **limits))) as asking:
        yield asking


def photo(kind="JPEG", size=(60, 80), **options):
    stream = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(stream, kind, **options)
    return stream.getvalue()


JPEG = photo()
PHOTOS = {kind: photo(kind) for kind in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")}


def part(name, content, filename="photo"):
    head = f'{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
    return head.encode("utf-8", "surrogatepass") + content + b"\r\n"


def body(*parts):
    return b"".join(parts) + f"{BOUNDARY}--\r\n".encode()


def outcome(client, path, content, headers=FORM):
    """The status; a server's error, or a problem that is none, fails the test."""
    answer = client.post(path, content=content, headers=headers)
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        told = answer.json()
        assert set(told) == {"title", "status", "detail"}
        assert told["status"] == answer.status_code
        assert told["detail"].isprintable()
        assert "Traceback" not in told["detail"]
        assert ".py" not in told["detail"]
    return answer.status_code


def still_answers(client):
    assert outcome(client, "/classify", body(part("file", JPEG))) == 200


@settings(max_examples=100, deadline=None, derandomize=True)
@given(path=st.sampled_from(PATHS), content=st.binary(max_size=2000))
@example("/classify", b"")
@example("/items", b"--x")
@example("/search", b"--x--")
def test_any_bytes_as_a_body(client, path, content):
    # The end of an empty form alone is a form: one without a photo.
    assert outcome(client, path, content) in (400, 422)
    still_answers(client)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(path=st.sampled_from(PATHS), content=st.binary(max_size=2000))
def test_any_bytes_as_a_photo(client, path, content):
    assert outcome(client, path, body(part("file", content))) in (400, 415, 422)
    still_answers(client)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    path=st.sampled_from(PATHS),
    parts=st.lists(
        st.tuples(st.sampled_from(FIELDS), st.one_of(st.binary(max_size=60), st.just(JPEG), st.just(b"[1.0]"))),
        max_size=6,
    ),
    start=st.integers(0, 3000),
    replaced=st.binary(max_size=12),
)
def test_forms_that_are_made_up_and_broken(client, path, parts, start, replaced):
    whole = body(*(part(name, content) for name, content in parts))
    outcome(client, path, whole)
    place = start % len(whole)
    outcome(client, path, whole[:place] + replaced + whole[place + len(replaced) :])
    outcome(client, path, whole[:place])


@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photo_cut_off_anywhere(client, kind):
    data = PHOTOS[kind]
    assert outcome(client, "/classify", body(part("file", data))) == 200
    step = max(1, len(data) // 40)
    statuses = [outcome(client, "/classify", body(part("file", data[:stop]))) for stop in range(0, len(data), step)]
    assert set(statuses) <= {200, 415, 422}
    assert set(statuses[: len(statuses) // 4]) <= {415, 422}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(kind=st.sampled_from(sorted(PHOTOS)), place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_bit_turned_over(client, kind, place, bit):
    data = bytearray(PHOTOS[kind])
    data[place % len(data)] ^= 1 << bit
    assert outcome(client, "/classify", body(part("file", bytes(data)))) in (200, 413, 415, 422)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(filename=st.text(st.characters(exclude_characters='"\r\n\\', exclude_categories=["Cs"]), max_size=300))
@example("../../etc/passwd")
@example("\x1b[31mred\x1b[0m\0")
def test_names_of_any_kind(client, filename):
    assert outcome(client, "/classify", body(part("file", JPEG, filename))) in (200, 400)
    assert outcome(client, "/classify", body(part("file", JPEG[:100], filename))) in (400, 422)


def png_claiming(width, height):
    def chunk(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(1001, 1000), (1_000_000, 2), (30_000, 30_000), (2**31 - 1, 1)])
def test_a_header_that_claims_much_is_refused_with_nothing_decoded(client, size):
    assert outcome(client, "/classify", body(part("file", png_claiming(*size)))) == 413
    still_answers(client)


def test_more_bytes_than_are_allowed(client):
    bmp = photo("BMP", (300, 300))
    assert outcome(client, "/classify", body(part("file", bmp))) == 413
    for header in ("7", "00000000000000000007", "-7", "1e3", "٣"):
        headers = {**FORM, "content-length": header.encode()}
        assert outcome(client, "/classify", body(part("file", bmp)), headers) == 413


@pytest.mark.parametrize(
    "content",
    [
        body(*[part("id", b"x")] * 1000),
        body(part("file", b"")),
        body(part("file", JPEG), part("file", JPEG)),
        body(part("where", b"[" * 100_000)),
        b"--x\r\n" + b"a: b\r\n" * 10_000 + b"\r\n\r\n--x--\r\n",
        b"--x\r\n" + b"a" * 150_000 + b": b\r\n\r\n\r\n--x--\r\n",
        b"\r\n" * 50_000 + body(part("file", JPEG)),
    ],
    ids=["parts", "empty", "several", "nested", "headers", "header", "preamble"],
)
def test_forms_that_take_long_to_read(client, content):
    assert outcome(client, "/classify", content) in (200, 400, 422)
    still_answers(client)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=" + "x" * 5000,
        "multipart/form-data; boundary",
        "multipart/mixed; boundary=x",
        ";;;",
    ],
)
def test_types_of_body_that_are_made_up(client, kind):
    assert outcome(client, "/classify", body(part("file", JPEG)), {"content-type": kind}) in (400, 415)


def test_addresses_in_photos_and_fields_are_never_fetched(client):
    for value in (b"http://169.254.169.254/latest", b"file:///etc/passwd"):
        assert outcome(client, "/classify", body(part("file", value))) == 415
        assert outcome(client, "/search", body(part("id", value))) == 404
