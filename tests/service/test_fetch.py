"""Fetching from servers in this process, whose addresses are taken for public ones where a test says so."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("httpcore")

from fashionkit.images import Limits
from fashionkit.service import Hosts, fetch
from fashionkit.service.fetch import Fetcher, is_public
from fashionkit.service.hosts import Place
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
                (photo,) = await fetcher.photos([f"http://{site.host}{path}"], limits.max_bytes)
            except Problem as problem:
                return problem, site.asked
            else:
                return photo, site.asked
            finally:
                fetcher.close()

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
    assert problem.status == 502
    assert len(asked) == 1
    assert where not in problem.detail


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


def found(*addresses):
    """What a look-up finds, in place of `socket.getaddrinfo`."""
    return lambda host, port, **_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]


def test_what_was_looked_at_is_what_is_connected_to(monkeypatch):
    """A name that stands for a public address when it is looked at, and for another the next time."""
    answers = iter([found("93.184.215.14"), found("127.0.0.1")])

    def next_answer(host, port, **_):
        return next(answers)(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", next_answer)
    connected = []

    async def connect_tcp(self, host, *_):
        connected.append(host)
        raise fetch.httpcore.ConnectError("nobody answers")

    monkeypatch.setattr(fetch.httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    fetcher = Fetcher(Hosts.listed(["images.example.com"]), LIMITS)
    with pytest.raises(Problem) as problem:
        asyncio.run(fetcher.photos(["https://images.example.com/"], 100))
    fetcher.close()
    assert problem.value.status == 502
    assert connected == ["93.184.215.14"]


def test_a_host_with_one_private_address_is_refused(monkeypatch):
    async def scene():
        fetcher = Fetcher(Hosts.listed(["images.example.com"]), LIMITS)
        with pytest.raises(Problem) as problem:
            await fetcher.photos(["https://images.example.com/"], 100)
        fetcher.close()
        return problem.value.status

    monkeypatch.setattr(socket, "getaddrinfo", found("93.184.215.14", "10.0.0.8"))
    assert asyncio.run(scene()) == 422


def test_a_host_that_nobody_knows_is_told():
    async def scene():
        fetcher = Fetcher(Hosts.listed(["nobody.invalid"]), LIMITS)
        with pytest.raises(Problem) as problem:
            await fetcher.photos(["https://nobody.invalid/"], 100)
        fetcher.close()
        return problem.value

    problem = asyncio.run(scene())
    assert problem.status == 502
    assert "not known" in problem.detail


def test_the_next_address_has_its_turn_where_one_does_not_answer(as_public, monkeypatch):
    real = fetch.httpcore.AnyIOBackend.connect_tcp

    async def connect_tcp(self, host, port, timeout, *more):
        if host == "10.255.255.1":
            assert timeout
            raise fetch.httpcore.ConnectTimeout("nobody answers")
        return await real(self, host, port, timeout, *more)

    monkeypatch.setattr(fetch.httpcore.AnyIOBackend, "connect_tcp", connect_tcp)

    async def scene():
        async with Site({"/a.jpg": answer()}) as site:
            monkeypatch.setattr(socket, "getaddrinfo", found("10.255.255.1", "127.0.0.1"))
            fetcher = Fetcher(Hosts.listed([site.host]), LIMITS)
            (photo,) = await fetcher.photos([f"http://{site.host}/a.jpg"], 100)
            fetcher.close()
            return bytes(photo)

    assert asyncio.run(scene()) == JPEG


@pytest.mark.parametrize("where", ["/ü.jpg", "/%C3%BC.jpg"])
def test_a_redirect_in_utf_8_is_followed(as_public, where):
    moved = answer(b"", "302 Found", location=where)
    photo, _ = fetched({"/a.jpg": moved, "/%C3%BC.jpg": answer()})
    assert bytes(photo) == JPEG


def test_a_redirect_to_nowhere_is_told(as_public):
    problem, asked = fetched({"/a.jpg": answer(b"", "302 Found")})
    assert "not said where to" in problem.detail
    assert len(asked) == 1


def test_a_redirect_does_not_leave_https():
    fetcher = Fetcher(Hosts.listed(["images.example.com"]), LIMITS)
    place = Place("https", "images.example.com", 443, "/a.jpg")
    assert fetcher._redirected(place, "/b.jpg", "").target == "/b.jpg"
    with pytest.raises(Problem, match="from https to http"):
        fetcher._redirected(place, "http://images.example.com/b.jpg", "")
    fetcher.close()


def test_a_length_that_is_too_large_is_refused_before_anything_comes(as_public):
    problem, _ = fetched({"/a.jpg": b"HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n"})
    assert problem.status == 413


def test_what_tls_says_once_the_connection_stands_is_told(as_public, monkeypatch):
    async def read(self, *_, **__):
        raise ssl.SSLError("certificate required")

    monkeypatch.setattr("httpcore._backends.anyio.AnyIOStream.read", read)
    problem, _ = fetched({"/a.jpg": answer()})
    assert problem.status == 502
    assert "certificate required" in problem.detail


def test_a_handshake_that_is_given_up_leaves_no_connection(as_public):
    async def scene():
        ended = asyncio.Event()

        async def silent(reader, writer):
            while await reader.read(1000):
                pass
            ended.set()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        host = f"localhost:{server.sockets[0].getsockname()[1]}"
        fetcher = Fetcher(Hosts.listed([host]), LIMITS)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(fetcher.photos([f"https://{host}/a.jpg"], 100), 0.5)
        await asyncio.wait_for(ended.wait(), 10)
        fetcher.close()
        server.close()

    asyncio.run(scene())


NOT_PUBLIC = """
0.0.0.0 10.1.2.3 100.64.0.1 127.8.9.1 169.254.169.254 172.16.0.1 192.168.1.1 224.0.0.1 255.255.255.255
:: ::1 fe80::1%eth0 fd00::1 ff02::1 ::ffff:8.8.8.8 64:ff9b::a00:1 2002:a00:1:: 2001:0:1::
fec0::1 ::7f00:1 ::ffff:0:a00:1 5f00::1 4000::1 192.88.99.1 168.63.129.16
"""


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_of_the_open_internet(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111"])
def test_what_is(address):
    assert is_public(address)
