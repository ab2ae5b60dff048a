"""`fashionkit ui` in a process of its own, asked by gradio's own client, which sends what the page sends."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from gradio_client import Client, handle_file

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def running(checkpoint, closet, tmp_path_factory):
    place = tmp_path_factory.mktemp("running")
    command = [sys.executable, "-m", "fashionkit", "ui", "--port", "0", "--model", checkpoint, "--wardrobe", closet]
    process = subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(place)},
    )
    yield process, process.stdout.readline().strip(), place
    process.kill()
    process.communicate()


@pytest.fixture(scope="module")
def asking(running, tmp_path_factory):
    return Client(f"{running[1]}/ui/", verbose=False, download_files=str(tmp_path_factory.mktemp("downloads")))


def test_a_photo_is_seen_and_explained(asking, photos):
    pytest.importorskip("torch")
    answers, about, closest = asking.predict(handle_file(str(photos[1])), api_name="/see")
    assert "fk-bars" in answers
    assert closest[0]["caption"] == f"1.00 · {photos[1].name}"
    for _, value in about["choices"]:
        picture, line = asking.predict(handle_file(str(photos[1])), value, api_name="/explain")
        assert Path(picture).stat().st_size > 0
        assert line == ""


def test_a_broken_photo_is_a_line(asking, broken_photo):
    assert "broken.png" in asking.predict(handle_file(str(broken_photo)), api_name="/see")[0]


def test_an_outfit_is_judged(asking, photos):
    names = [photo.name for photo in photos[:4]]
    chosen, outfit, verdict, suggested, found, _ = asking.predict(names, api_name="/outfit")
    assert chosen == names
    assert "Score without" in verdict
    assert len(suggested) == len(found["value"]) == 8
    assert len(outfit["value"]) == 4


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is on this machine")
def test_a_browser_draws_it_and_asks_nobody_else(running, tmp_path):
    log = tmp_path / "net.json"
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
    command += ["--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path / 'me'}"]
    command += ["--virtual-time-budget=20000", f"--log-net-log={log}", "--dump-dom", f"{running[1]}/ui/"]
    drawn = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "Drop a photo of a garment" in drawn
    assert "Outfit" in drawn
    # The browser asks for things of its own too; what the page asked for says so.
    events = [line for line in log.read_text(encoding="utf-8").splitlines() if f'"initiator":"{running[1]}"' in line]
    asked = {url for line in events for url in re.findall(r'"url":"(https?://[^/"]+)', line)}
    assert asked == {running[1]}


def test_it_stops_when_it_is_told_to_and_leaves_nothing(running):
    process, _, place = running
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 0
    assert told.startswith("error: ")  # of the broken photo
    assert not list(place.glob("fashionkit-ui-*"))
