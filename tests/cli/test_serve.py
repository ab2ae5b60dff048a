from __future__ import annotations

import socket
import sys

import pytest

from fashionkit.cli import exits

pytest.importorskip("fastapi")

from fashionkit.cli import serving
from fashionkit.service import server


@pytest.fixture
def listening(monkeypatch):
    """Leaves out the serving itself: gives what was to be served, as soon as it says that it is ready."""
    served = []

    def run(app, settings, bound, ready):
        ready()
        served.append((app, settings))
        app.state.desk.close()
        app.state.offers.close()

    monkeypatch.setattr(server, "run", run)
    return served


def test_the_address_is_printed_when_it_is_ready_and_nothing_else(ask, listening, checkpoint):
    answer = ask("serve", "--port", 0, "--model", checkpoint)
    assert answer.exit_code == 0
    assert answer.stdout.startswith("http://127.0.0.1:")
    assert int(answer.stdout.rpartition(":")[2]) > 0
    assert answer.stderr == ""
    assert len(listening) == 1


def test_options_are_what_is_served(ask, listening, checkpoint, tmp_path):
    (tmp_path / "keys").write_text("a key of many characters\n")
    options = {"--catalogue": tmp_path / "new", "--keys": tmp_path / "keys", "--threads": 1}
    options |= {"--max-upload": 0.5, "--max-pixels": 2, "--queue": 3, "--timeout": 4}
    given = [each for option in options.items() for each in option]
    assert ask("serve", "--port", 0, "--model", checkpoint, "--create", *given).exit_code == 0
    settings = listening[0][1]
    assert (settings.max_upload, settings.max_pixels) == (500_000, 2_000_000)
    assert (settings.queue, settings.timeout, settings.threads) == (3, 4.0, 1)
    assert settings.keys.fits("a key of many characters")


def test_an_open_door_to_others_is_warned_of(ask, listening, checkpoint, tmp_path):
    (tmp_path / "keys").write_text("a key of many characters\n")
    arguments = ["serve", "--host", "0.0.0.0", "--port", 0, "--model", checkpoint]  # noqa: S104
    assert "no key is asked for" in ask(*arguments).stderr
    assert ask(*arguments, "--keys", tmp_path / "keys").stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--model", "nowhere"], exits.REFUSED, "nowhere"),
        (["--catalogue", "nowhere"], exits.REFUSED, "make one with `fashionkit index add`"),
        (["--create"], exits.REFUSED, "--catalogue"),
        (["--host", "256.1.1.1"], exits.REFUSED, "give another --host or --port"),
        (["--port", "70000"], exits.ASKED_WRONGLY, "--port"),
        (["--queue", "0"], exits.ASKED_WRONGLY, "--queue"),
        (["--max-upload", "nan"], exits.REFUSED, "--max-upload"),
        (["--max-pixels", "-1"], exits.REFUSED, "--max-pixels"),
        (["--timeout", "0"], exits.REFUSED, "timeout"),
        (["--keys", "nowhere"], exits.REFUSED, "the keys cannot be read"),
    ],
)
def test_what_cannot_be_served_is_one_line(ask, checkpoint, arguments, code, words):
    model = [] if "--model" in arguments else ["--model", checkpoint]
    answer = ask("serve", "--port", 0, *model, *arguments)
    assert answer.exit_code == code
    assert answer.stdout == ""
    assert words in answer.stderr


def test_a_port_that_is_taken_is_said(ask, checkpoint):
    with socket.create_server(("127.0.0.1", 0)) as other:
        answer = ask("serve", "--port", other.getsockname()[1], "--model", checkpoint)
    assert answer.exit_code == exits.REFUSED
    assert "cannot listen on '127.0.0.1'" in answer.stderr


def test_what_is_not_installed_is_said(ask, monkeypatch, checkpoint):
    for name in ("fashionkit.service.app", "fashionkit.service.server"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "fastapi", None)
    answer = ask("serve", "--model", checkpoint)
    assert answer.exit_code == exits.REFUSED
    assert answer.stderr.strip().endswith("pip install 'fashionkit[serve]'")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_addresses_are_urls(host):
    try:
        with server.listen(host, 0) as bound:
            address = server.address_of(bound)
    except serving.ConfigError:
        pytest.skip(f"{host} is no address of this machine")
    assert address.startswith("http://[::1]:" if ":" in host else "http://127.0.0.1:")
