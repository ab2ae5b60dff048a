"""The page about the service says what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("fastapi")

from typer.testing import CliRunner

from fashionkit.cli import app

PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")


def test_every_address_is_on_the_page_and_no_other(client):
    paths = client.get("/openapi.json").json()["paths"]
    there = {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^\| `([A-Z]+ [^`]+)` \|", PAGE, re.MULTILINE)) == there


def test_every_field_is_on_the_page(client):
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        for method, told in methods.items():
            body = told.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
            row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{method.upper()} {path}`"))
            for name in body.get("properties", {}):
                assert f"`{name}`" in row


def test_every_status_is_on_the_page(client):
    paths = client.get("/openapi.json").json()["paths"]
    told = {status for methods in paths.values() for each in methods.values() for status in each["responses"]}
    on_the_page = set(re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE))
    assert on_the_page == {status for status in told if int(status) >= 400} - {"500"} | {"401", "502"}


def test_options_are_those_of_the_command():
    known = CliRunner().invoke(app, ["serve", "--help"]).stdout
    lines = [line for line in PAGE.splitlines() if "benchmarks.service" not in line]
    for option in re.findall(r"--[a-z][a-z-]*", "\n".join(lines)):
        assert option in known


def test_the_python_runs(monkeypatch, tmp_path, checkpoint):
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```py\n(.*?)```", PAGE, re.DOTALL)
    made = {}
    exec(code.replace("Settings(", f"Settings(model={str(checkpoint)!r}, "), made)  # noqa: S102  # what the page shows
    made["app"].state.desk.close()
    made["app"].state.offers.close()
    assert (tmp_path / "my-catalogue").is_dir()
