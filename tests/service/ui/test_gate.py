from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from hypothesis import given, strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from fashionkit.service.ui.gate import MOST_OF_THE_REST, Gate

FOLDER = Path("/somewhere/photos")
JOIN = "/ui/gradio_api/queue/join"


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body() or b"nothing")


@pytest.fixture(scope="module")
def client():
    inner = Starlette(routes=[Route("/{path:path}", echo, methods=["GET", "POST", "PUT", "DELETE"])])
    with TestClient(Gate(inner, "/ui", 1000, FOLDER)) as asking:
        yield asking


@pytest.mark.parametrize(
    "path", ["/ui", "/ui/", "/ui/config", "/ui/assets/a.js", f"/ui/gradio_api/file={FOLDER}/a.png", "/ui/theme.css"]
)
def test_what_the_page_needs_is_let_through_and_kept_to_itself(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/health", "/uitable", "/docs/ui/proxy="])
def test_what_is_elsewhere_is_left_alone(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert "content-security-policy" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/ui/gradio_api/proxy=http://example.org/", 404),
        ("GET", "/ui/gradio_api/file=http://example.org/x", 422),
        ("GET", "/ui/gradio_api/file=HTTPS://example.org/x", 422),
        ("GET", "/ui/gradio_api/file=/etc/passwd", 422),
        ("GET", f"/ui/gradio_api/file={FOLDER}/%2e%2e/x", 422),
        ("GET", f"/ui/gradio_api/file={FOLDER}x/a.png", 422),
        ("GET", "/ui/gradio_api/file=a%00b", 422),
        ("GET", "/ui/monitoring", 404),
        ("GET", "/ui/gradio_api/run-history/buckets", 404),
        ("POST", "/ui/gradio_api/process_recording", 404),
        ("POST", "/ui/gradio_api/component_server", 404),
        ("POST", "/ui/gradio_api/run/see", 404),
        ("POST", "/ui/gradio_api/call/see", 404),
        ("DELETE", "/ui/", 404),
        ("PUT", "/ui/config", 404),
    ],
)
def test_the_rest_of_gradio_is_shut(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_uploads_are_as_large_as_allowed(client):
    assert client.post("/ui/gradio_api/upload", content=b"x" * 1000).status_code == 200
    assert client.post("/ui/gradio_api/upload", content=b"x" * 1001).status_code == 413


def test_what_does_not_say_how_long_it_is_is_refused(client):
    assert client.post("/ui/gradio_api/upload", content=iter([b"x"])).status_code == 411


def test_questions_are_short(client):
    assert client.post(JOIN, content=b'"' + b"x" * MOST_OF_THE_REST + b'"').status_code == 413


def test_a_question_arrives_as_it_was_sent(client):
    body = json.dumps({"data": [{"path": f"{FOLDER}/shirt.png"}, "http://a.label"], "fn_index": 3})
    assert client.post(JOIN, content=body).text == body


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 30_000, b"{'a': 1}"])
def test_what_is_no_json_is_refused(client, body):
    assert client.post(JOIN, content=body).status_code in (411, 422)


nested = st.recursive(
    st.sampled_from(["http://example.org/a.png", "/etc/passwd", f"{FOLDER}/../a", "", "a\0b", None, 3]).map(
        lambda path: {"path": path}
    ),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.text(max_size=3), inner, min_size=1),
)


@given(nested)
def test_other_files_are_found_wherever_they_stand(client, value):
    answer = client.post(JOIN, content=json.dumps({"data": [value]}))
    assert (answer.status_code, "no other file" in answer.text) == (422, True)
