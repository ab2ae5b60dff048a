"""A service in a process of its own: signals, kills, more than it can do, and what only a real connection shows."""

from __future__ import annotations

import io
import signal
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest

pytest.importorskip("fastapi")

import httpx
from PIL import Image

PATIENCE = 60
# One for all: each new one would read the certificates of the system.
HTTP = httpx.Client(timeout=PATIENCE)


@pytest.fixture(scope="module")
def slow_photo():
    """Quick to send, and slow to decode."""
    stream = io.BytesIO()
    Image.linear_gradient("L").resize((1600, 1200)).convert("RGB").save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def inside(address):
    lines = HTTP.get(f"{address}/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("fashionkit_requests_inside "))


@pytest.mark.skipif(sys.platform == "win32", reason="no signals to send")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_was_taken_in_is_answered_after_a_signal(begin, tmp_path, slow_photo, number):
    process, address = begin("--threads", 1, "--catalogue", tmp_path / "new", "--create")
    outfit = [("file", ("slow.png", slow_photo))] * 6

    def ask(_):
        return HTTP.post(f"{address}/outfits/score", files=outfit).status_code

    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask, place) for place in range(6)]
        while inside(address) < 6 and not any(each.done() for each in asked):
            time.sleep(0.02)
        assert not any(each.done() for each in asked)
        process.send_signal(number)
        assert [each.result() for each in asked] == [200] * 6
    assert process.wait(PATIENCE) == 0
    assert process.stderr.read() == ""
    with pytest.raises(httpx.ConnectError):
        HTTP.get(f"{address}/health")
    assert {each.name for each in (tmp_path / "new").iterdir()} == {"catalogue.sqlite"}


def test_clients_that_leave_give_their_places_back(begin, slow_photo):
    _, address = begin("--threads", 1)
    outfit = [("file", ("slow.png", slow_photo))] * 6
    request = httpx.Request("POST", f"{address}/outfits/score", files=outfit)
    head = f"POST /outfits/score HTTP/1.1\r\nHost: x\r\nContent-Type: {request.headers['content-type']}\r\n"
    whole = f"{head}Content-Length: {request.headers['content-length']}\r\n\r\n".encode() + request.read()
    connections = [socket.create_connection((request.url.host, request.url.port), PATIENCE) for _ in range(4)]
    for connection in connections:
        connection.sendall(whole)
    while inside(address) < 4:
        time.sleep(0.02)
    for connection in connections:
        connection.close()
    while inside(address):
        time.sleep(0.02)
    assert 'path="/outfits/score",status="499"} 4.0' in HTTP.get(f"{address}/metrics").text


def test_what_was_confirmed_is_there_after_a_kill(begin, tmp_path, photos):
    arguments = ("--catalogue", tmp_path / "new", "--create")
    process, address = begin(*arguments)
    for place, photo in enumerate(photos[:3]):
        files = {"file": photo.read_bytes(), "id": (None, f"é/{place}"), "metadata": (None, '{"price": 3}')}
        assert HTTP.post(f"{address}/items", files=files).status_code == 201
    assert HTTP.delete(f"{address}/items/{quote('é/1', safe='')}").status_code == 204
    process.kill()
    process.wait(PATIENCE)
    _, address = begin(*arguments)
    found = HTTP.post(f"{address}/search", files={"file": photos[0].read_bytes()}).json()["hits"]
    assert {(hit["id"], hit["metadata"]["price"]) for hit in found} == {("é/0", 3), ("é/2", 3)}
    assert found[0]["score"] == pytest.approx(1)


def test_more_than_it_can_do_is_turned_away_and_nothing_that_was_taken_in_is_lost(begin, photos):
    _, address = begin("--threads", 1, "--queue", 4)
    contents = [photo.read_bytes() for photo in photos]

    def ask(place):
        """Until it is answered, as a client would that heeds Retry-After, but for the waiting."""
        away = 0
        while True:
            answer = HTTP.post(f"{address}/classify", files={"file": contents[place % 12]})
            if answer.status_code == 200:
                return away, answer.json()["label"]
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "1"
            away += 1

    alone = [ask(place)[1] for place in range(12)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(ask, range(64)))
    assert [label for _, label in answers] == [alone[place % 12] for place in range(64)]
    assert inside(address) == 0
    told = HTTP.get(f"{address}/metrics").text
    assert 'path="/classify",status="200"} 76.0' in told
    assert f"fashionkit_requests_turned_away_total {float(sum(away for away, _ in answers))}" in told


@pytest.fixture(scope="module")
def address(begin, tmp_path_factory):
    """A service with a small limit, and a catalogue."""
    folder = tmp_path_factory.mktemp("server") / "catalogue"
    return begin("--catalogue", folder, "--create", "--max-upload", 0.5, "--max-pixels", 1)[1]


@pytest.mark.parametrize("name", ["%2F", "%", "a%20b", "/", "a/../b", "?", "#", "é" * 4096, "\n", "+", ";", "\\"])
def test_any_name_is_an_address(address, photos, name):
    files = {"file": photos[0].read_bytes(), "id": (None, name)}
    assert HTTP.post(f"{address}/items", files=files).json()["id"] == name
    target = b"/items/" + quote(name, safe="").encode()
    at = httpx.URL(address).copy_with(raw_path=target)
    assert [HTTP.delete(at).status_code for _ in range(2)] == [204, 404]


def test_a_body_beyond_the_limit_is_refused_before_it_is_sent(address):
    host, port = httpx.URL(address).host, httpx.URL(address).port
    head = "POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    with socket.create_connection((host, port), PATIENCE) as connection:
        connection.sendall(f"{head}Content-Length: 9000000000\r\nExpect: 100-continue\r\n\r\n".encode())
        told = connection.makefile("rb").read()
    assert told.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in told
    assert b"500,000 bytes" in told


def test_a_body_that_goes_on_is_cut_off(address):
    host, port = httpx.URL(address).host, httpx.URL(address).port
    head = "POST /classify HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    part = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n'
    with socket.create_connection((host, port), PATIENCE) as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n{len(part):x}\r\n{part}\r\n".encode())
        with pytest.raises(OSError, match=r"reset|Broken|closed"):
            connection.sendall((b"10000\r\n" + b"\xff\xd8\xff" + bytes(0x10000 - 3) + b"\r\n") * 1000)
    assert HTTP.get(f"{address}/ready").status_code == 200


def test_a_photo_of_too_many_pixels_is_told_apart_from_a_damaged_one(address):
    stream = io.BytesIO()
    Image.new("RGB", (1001, 1000)).save(stream, "PNG")
    whole = stream.getvalue()
    large = HTTP.post(f"{address}/classify", files={"file": ("a.png", whole)})
    assert large.status_code == 413
    assert large.json()["detail"].startswith("a.png: claims 1001x1000 pixels")
    assert HTTP.post(f"{address}/classify", files={"file": whole[:30]}).status_code == 422


@pytest.mark.parametrize("sent", [b"\x16\x03\x01\x02\x00", b"POST /classify\r\n\r\n", b"\0" * 100_000])
def test_what_is_no_http_hurts_nobody(address, sent):
    host, port = httpx.URL(address).host, httpx.URL(address).port
    with socket.create_connection((host, port), PATIENCE) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        try:
            told = connection.makefile("rb").read()
        except ConnectionResetError:
            told = b""
    assert told == b"" or told.startswith((b"HTTP/1.1 4", b"HTTP/1.1 505"))
    assert HTTP.get(f"{address}/health").status_code == 200
