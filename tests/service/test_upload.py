from __future__ import annotations

import asyncio
import struct
import zlib
from itertools import pairwise

import pytest

pytest.importorskip("fastapi")

from hypothesis import given, settings, strategies as st
from starlette.requests import Request

from fashionkit.images import Limits
from fashionkit.service.problems import Problem
from fashionkit.service.upload import Form, Wanted, read_form

ANY = Wanted(files=2, texts=frozenset({"k"}), several=frozenset({"id"}))
LIMITS = Limits(max_pixels=1_000_000, max_bytes=1_000_000, free_pixels=1_000_000)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)
BOUNDARY = "limit"


def part(name, content, filename=None):
    told = f'; filename="{filename}"' if filename is not None else ""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def body(*parts):
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


class Sent:
    """A request whose body comes in chunks; counts those that are taken."""

    def __init__(self, chunks, **headers):
        self.taken = 0
        self._chunks = list(chunks)
        headers = {"content_type": f"multipart/form-data; boundary={BOUNDARY}", **headers}
        listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        self.request = Request({"type": "http", "method": "POST", "headers": listed}, self._receive)

    async def _receive(self):
        if self.taken == len(self._chunks):
            return {"type": "http.request", "body": b"", "more_body": False}
        self.taken += 1
        return {"type": "http.request", "body": self._chunks[self.taken - 1], "more_body": True}


def read(chunks, wanted=ANY, limits=LIMITS, **headers) -> Form:
    return asyncio.run(read_form(Sent(chunks, **headers).request, wanted, limits))


def refused(chunks, wanted=ANY, **headers) -> tuple[int, str]:
    with pytest.raises(Problem) as problem:
        read(chunks, wanted, **headers)
    assert "\n" not in problem.value.detail
    return problem.value.status, problem.value.detail


WHOLE = body(
    part("file", JPEG, "été.jpg"), part("id", "ä/ö".encode()), part("k", b"3"), part("id", b""), part("file", JPEG)
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, len(WHOLE)), max_size=8).map(sorted))
def test_a_form_is_the_same_however_it_is_cut(cuts):
    edges = [0, *cuts, len(WHOLE)]
    form = read([WHOLE[start:stop] for start, stop in pairwise(edges)])
    assert [(bytes(photo), photo.name) for photo in form.files] == [(JPEG, "été.jpg"), (JPEG, "file")]
    assert form.texts == {"id": ["ä/ö", ""], "k": ["3"]}
    assert form.text("k") == "3"


@pytest.mark.parametrize("stop", range(0, len(WHOLE) - 4, 7))
def test_a_form_that_is_cut_off_is_refused(stop):
    assert refused([WHOLE[:stop]])[0] == 400


@pytest.mark.parametrize(
    ("parts", "status", "words"),
    [
        ([part("fiel", b"")], 422, "unknown field 'fiel'; did you mean 'file'?"),
        ([part("k", b"1"), part("k", b"2")], 422, "'k' is there twice"),
        ([part("k", b"\xff")], 422, "'k' is no UTF-8"),
        ([part("file", JPEG)] * 3, 422, "more than 2 photos"),
        ([part("id", b"x")] * 65, 422, "more than 64 parts"),
        ([part("k", bytes(1024 * 1024 - 900)), part("file", JPEG)], 413, "1,000,000 bytes"),
        ([part("file", b"%PDF-1.7 and so on for a while", "a.pdf")], 415, "a.pdf: it is a PDF document"),
        ([part("file", b"GIF")], 415, "it is not a photo"),
        ([part("file", bytes(4) + b"ftypheic" + bytes(20))], 415, "it is a HEIF photo"),
        ([b"--limit\r\nNo-Disposition: x\r\n\r\n\r\n"], 422, "unknown field ''"),
        ([part("a\x00\x1b[31m", b"")], 422, "unknown field"),
    ],
)
def test_what_no_form_may_hold(parts, status, words):
    told = refused([body(*parts)])
    assert told[0] == status
    assert words in told[1]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("", 415),
        ("application/json", 415),
        ("image/jpeg", 415),
        ("multipart/form-data", 400),
        ("multipart/form-data; boundary=" + "x" * 400, 400),
    ],
)
def test_another_body_than_a_form(kind, status):
    assert refused([WHOLE], content_type=kind)[0] == status


def test_a_body_that_says_it_is_too_large_is_not_read():
    sent = Sent([WHOLE], content_length="1000001")
    with pytest.raises(Problem, match="413"):
        asyncio.run(read_form(sent.request, ANY, LIMITS))
    assert sent.taken == 0


def test_a_body_that_lies_about_its_size_is_not_read_further():
    chunks = [part("file", JPEG)[:-2], *[bytes(100_000)] * 50]
    sent = Sent(chunks, content_length="5")
    with pytest.raises(Problem, match="413"):
        asyncio.run(read_form(sent.request, ANY, LIMITS))
    assert sent.taken == 11


def test_a_file_that_is_no_photo_is_not_read_further():
    sent = Sent([part("file", b"MZ" + bytes(1000)), *[bytes(1000)] * 50])
    with pytest.raises(Problem, match="415"):
        asyncio.run(read_form(sent.request, ANY, LIMITS))
    assert sent.taken == 1


def test_a_header_that_claims_too_much_ends_the_reading():
    size = struct.pack(">IIBBBBB", 8000, 8000, 8, 2, 0, 0, 0)
    header = struct.pack(">I", len(size)) + b"IHDR" + size + struct.pack(">I", zlib.crc32(b"IHDR" + size))
    png = b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", 900_000) + b"IDAT"
    sent = Sent([part("file", png, "big.png")[:-2], *[bytes(20_000)] * 45])
    with pytest.raises(Problem, match=r"big\.png: .*64\.0 megapixels") as problem:
        asyncio.run(read_form(sent.request, ANY, LIMITS))
    assert problem.value.status == 413
    assert sent.taken < 8
