"""What OpenAPI promises is what is answered: made-up requests for every address, the same ones each time."""

from __future__ import annotations

import pytest

pytest.importorskip("schemathesis")
pytest.importorskip("fastapi")

import schemathesis
from hypothesis import HealthCheck, given, settings

KEY = "a key of many characters"
ADDRESSES = {
    ("post", "/classify"),
    ("post", "/attributes"),
    ("post", "/analyze"),
    ("post", "/outfits/score"),
    ("post", "/outfits/complete"),
    ("post", "/items"),
    ("delete", "/items/{id}"),
    ("post", "/search"),
    ("get", "/health"),
    ("get", "/ready"),
    ("get", "/metrics"),
}


@pytest.fixture(scope="session")
def described(begin, tmp_path_factory):
    """The description of a service in a process of its own, with a catalogue that is empty at first."""
    folder = tmp_path_factory.mktemp("openapi") / "catalogue"
    _, address = begin("--catalogue", folder, "--create", "--threads", 1, FASHIONKIT_API_KEYS=KEY)
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.unsupported_method,
    schemathesis.checks.ignored_auth,
]


@pytest.mark.parametrize(("method", "path"), sorted(ADDRESSES))
def test_every_answer_is_one_that_was_promised(described, method, path):
    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(described[path][method].as_strategy())
    def asked(case):
        case.call_and_validate(headers={"X-API-Key": KEY}, checks=CHECKS)

    asked()


def test_everything_is_described_with_its_problems(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {(method, path) for path, methods in paths.items() for method in methods} == ADDRESSES
    for method, path in ADDRESSES - {("get", "/health"), ("get", "/metrics")}:
        told = paths[path][method]
        assert told["description"]
        problems = [status for status in told["responses"] if int(status) >= 400]
        assert "503" in problems
        for status in problems:
            assert list(told["responses"][status]["content"]) == ["application/problem+json"]
