"""Fetching from servers in this process, whose addresses are taken for public ones where a test says so."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpcore")

from fashionkit.images import Limits
from fashionkit.service import Hosts, fetch
from fashionkit.service.fetch import Fetcher, is_public
from fashionkit.service.problems import Problem

LIMITS = Limits(max_pixels=1_000_000, max_bytes=100_000, free_pixels=1_000_000)
JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


@pytest.fixture
def as_public(monkeypatch):
    monkeypatch.setattr(fetch, "is_public", lambda _: True)


def answer(body=JPEG, status="200 OK", length=None, **headers):
    told = {"content-length": len(body) if length is None else length, **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


class Site:
    """Answers each path with bytes that are given, and notes what it is asked."""

    def __init__(self, pages):
        self.pages, self.asked = pages, []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.host = f"localhost:{self.port}"
        return self

    async def __aexit__(self, *_):
        self._server.close()

    async def _talk(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(head)
            page = self.pages[head.split()[1]]
            writer.write(page(self) if callable(page) else page)
            await writer.drain()
        writer.close()


def fetched(pages, path="/a.jpg", limits=LIMITS):
    """What is fetched from a site of these pages, or the problem; and the heads of the requests."""

    async def scene():
        async with Site(pages) as site:
            fetcher = Fetcher(Hosts.listed([site.host]), limits)
            try:
                return await fetcher.photo(f"http://{site.host}{path}", limits.max_bytes), site.asked
            except Problem as problem:
                return problem, site.asked
            finally:
                await fetcher.close()

    return asyncio.run(scene())


def test_a_photo_is_fetched_and_named(as_public):
    photo, (head,) = fetched({"/a.jpg?w=8": answer()}, "/a.jpg?w=8#top")
    assert bytes(photo) == JPEG
    assert photo.name.endswith("/a.jpg?w=8#top")
    lines = head.lower().splitlines()
    assert "accept-encoding: identity" in lines
    assert not {line.split(":")[0] for line in lines[1:]} & {"cookie", "authorization", "x-api-key", "referer"}


def test_a_photo_in_chunks_is_fetched(as_public):
    body = b"".join(b"%x\r\n%b\r\n" % (1, JPEG[place : place + 1]) for place in range(len(JPEG))) + b"0\r\n\r\n"
    page = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + body
    assert bytes(fetched({"/a.jpg": page})[0]) == JPEG


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_host_is_followed(as_public, status):
    moved = answer(b"", f"{status} Moved", location="/b.jpg")
    photo, asked = fetched({"/a.jpg": moved, "/b.jpg": answer()})
    assert bytes(photo) == JPEG
    assert len(asked) == 2


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1/", "http://169.254.169.254/latest", "file:///etc/passwd", "//evil/"]
)
def test_a_redirect_elsewhere_is_refused(as_public, where):
    problem, asked = fetched({"/a.jpg": answer(b"", "302 Found", location=where)})
    assert problem.status == 422
    assert len(asked) == 1


def test_redirects_end(as_public):
    problem, asked = fetched({"/a.jpg": answer(b"", "302 Found", location="/a.jpg")})
    assert (problem.status, len(asked)) == (502, 4)
    assert "3 times" in problem.detail


@pytest.mark.parametrize(
    ("page", "status"),
    [
        (answer(status="404 Not Found"), 502),
        (answer(status="500 Oh"), 502),
        (answer(status="204 No Content", body=b""), 502),
        (answer(b"", "302 Found", location="http://[oh"), 502),
        (answer(content_encoding="gzip"), 502),
        (answer(length=1000), 502),
        (b"no HTTP at all\r\n\r\n", 502),
        (b"", 502),
        (answer(b"%PDF-1.7 and so on, long enough"), 415),
        (answer(b"%PDF"), 415),
        (answer(length=100_001), 413),
        (answer(length="9" * 400), 502),
        (b"HTTP/1.1 200 OK\r\n\r\n" + JPEG + bytes(100_000), 413),
    ],
)
def test_what_is_no_photo_is_refused(as_public, page, status):
    problem, _ = fetched({"/a.jpg": page})
    assert problem.status == status
    assert "\n" not in problem.detail
    assert "localhost" in problem.detail


def test_what_never_ends_is_not_read_to_its_end(as_public):
    def endless(site):
        site.pages["/a.jpg"] = b""
        return b"HTTP/1.1 200 OK\r\n\r\n" + JPEG + bytes(10_000_000)

    assert fetched({"/a.jpg": endless})[0].status == 413


def test_a_private_address_is_refused_before_anything_is_sent():
    problem, asked = fetched({"/a.jpg": answer()})
    assert problem.status == 422
    assert "public" in problem.detail
    assert not asked


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch):
    """A name that stands for a public address when it is looked at, and for another the next time."""
    looked_at = []

    async def getaddrinfo(self, host, port, **_):
        looked_at.append(host)
        address = "93.184.215.14" if len(looked_at) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected = []

    async def connect_tcp(self, host, *_):
        connected.append(host)
        raise fetch.httpcore.ConnectError("nobody answers")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(fetch.httpcore.AnyIOBackend, "connect_tcp", connect_tcp)

    async def scene():
        fetcher = Fetcher(Hosts.listed(["images.example.com"]), LIMITS)
        with pytest.raises(Problem) as problem:
            await fetcher.photo("https://images.example.com/", LIMITS.max_bytes)
        await fetcher.close()
        return problem.value.status

    assert asyncio.run(scene()) == 502
    assert (looked_at, connected) == (["images.example.com"], ["93.184.215.14"])


def test_a_host_with_one_private_address_is_refused(monkeypatch):
    async def getaddrinfo(self, host, port, **_):
        return [(socket.AF_INET, 1, 6, "", (each, port)) for each in ("93.184.215.14", "10.0.0.8")]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    assert fetched({"/a.jpg": answer()})[0].status == 422


def test_a_host_that_nobody_knows_is_told(monkeypatch):
    async def getaddrinfo(self, *_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    problem, _ = fetched({})
    assert problem.status == 502
    assert "not known" in problem.detail


NOT_PUBLIC = """
0.0.0.0 10.1.2.3 100.64.0.1 127.8.9.1 169.254.169.254 172.16.0.1 192.168.1.1 224.0.0.1 255.255.255.255
:: ::1 fe80::1%eth0 fd00::1 ff02::1 ::ffff:8.8.8.8 64:ff9b::a00:1 2002:a00:1:: 2001:0:1::
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_what_is(address):
    assert is_public(address)
