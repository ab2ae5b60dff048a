"""The page over HTTP, as a browser asks for it."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path

import pytest

pytest.importorskip("gradio")

from fastapi.testclient import TestClient

from fashionkit.service import Keys, Settings
from fashionkit.service.app import create_app
from fashionkit.service.ui.page import KEPT, LOOKED_FOR, add_page

KEY = "a key of many characters"
SESSIONS = itertools.count()


class Browser:
    """Sends what the page sends."""

    def __init__(self, client):
        self.client = client
        self.config = client.get("/ui/config").json()

    def place(self, name, component="api_name"):
        """The number of a function by its name, or of a click on a gallery."""
        if component == "api_name":
            return next(each["id"] for each in self.config["dependencies"] if each["api_name"] == name)
        (gallery,) = [each["id"] for each in self.config["components"] if each["props"].get("elem_id") == name]
        return next(each["id"] for each in self.config["dependencies"] if [gallery, "select"] in each["targets"])

    def upload(self, name, content):
        return self.client.post("/ui/gradio_api/upload", files={"files": (name, content)})

    def ask(self, place, data, event=None):
        """What is answered: the last message about it."""
        session = f"session-{next(SESSIONS)}"
        body = {"fn_index": place, "data": data, "event_data": event, "session_hash": session}
        joined = self.client.post("/ui/gradio_api/queue/join", json=body)
        if joined.status_code != 200:
            return joined.json()
        told = self.client.get("/ui/gradio_api/queue/data", params={"session_hash": session}).text
        messages = [json.loads(line[5:]) for line in told.splitlines() if line.startswith("data:")]
        return next(each for each in messages if each["msg"] == "process_completed")

    def see(self, name, content):
        (path,) = self.upload(name, content).json()
        sent = {"path": path, "orig_name": name, "meta": {"_type": "gradio.FileData"}}
        return self.ask(self.place("see"), [sent])["output"]["data"]


@pytest.fixture(scope="module")
def browser(settings, closet, tmp_path_factory):
    from fashionkit.service.ui.stock import wardrobe_stock

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADIO_TEMP_DIR", str(tmp_path_factory.mktemp("gradio")))
        app = create_app(settings)
        stock, _ = wardrobe_stock(app.state.offers.model, tmp_path_factory.mktemp("stock"), str(closet))
        with stock.retriever:
            add_page(app, settings, stock, stock)
            with TestClient(app) as client:
                yield Browser(client)


def test_one_process_serves_the_page_and_the_service(browser, photos):
    first = browser.client.get("/", follow_redirects=False)
    assert (first.status_code, first.headers["location"]) == (307, "ui/")
    assert browser.client.get("/").status_code == 200
    assert browser.client.post("/classify", files={"file": photos[0].read_bytes()}).status_code == 200
    assert "/ui" not in str(browser.client.get("/openapi.json").json()["paths"])


def test_nothing_is_loaded_from_elsewhere(browser):
    text = browser.client.get("/ui/").text
    loaded = re.findall(r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["']([^"']+)""", text)
    assert loaded
    assert not [each for each in loaded if each.startswith(("http", "//"))]
    for each in {"/ui/theme.css", *(f"/ui/{each.removeprefix('./')}" for each in loaded if each.endswith(".css"))}:
        assert not re.findall(r"url\(['\"]?(?:https?:)?//[^)]*|@import[^;]*//[^;]*", browser.client.get(each).text)


def test_no_analytics_and_nothing_kept_in_the_browser(browser):
    assert browser.config["analytics_enabled"] is False
    assert not browser.config.get("run_history")
    assert browser.config["connect_heartbeat"] is False


def test_a_photo_is_answered(browser, offers, photos):
    answers, about, closest = browser.see("shirt.png", photos[2].read_bytes())
    category = offers.classifier.predict(photos[2])
    assert f"<h3>{category.label}" in answers
    assert about["value"] == f"={category.label}"
    assert closest[0]["caption"] == f"1.00 · {photos[2].name}"
    assert browser.client.get(f"/ui/gradio_api/file={closest[0]['image']['path']}").status_code == 200


def test_an_answer_is_explained(browser, photos):
    pytest.importorskip("torch")
    (path,) = browser.upload("shirt.png", photos[2].read_bytes()).json()
    about = browser.see("shirt.png", photos[2].read_bytes())[1]["value"]
    sent = {"path": path, "orig_name": "shirt.png", "meta": {"_type": "gradio.FileData"}}
    picture, line = browser.ask(browser.place("explain"), [sent, about])["output"]["data"]
    assert picture["path"].endswith(".webp")
    assert line == ""


@pytest.mark.parametrize("about", [None, 3, ["a"], "colour of the moon=blue", "=no such label", "", "="])
def test_what_cannot_be_explained_is_a_line(browser, photos, about):
    pytest.importorskip("torch")
    (path,) = browser.upload("shirt.png", photos[2].read_bytes()).json()
    sent = {"path": path, "orig_name": "shirt.png", "meta": {"_type": "gradio.FileData"}}
    told = browser.ask(browser.place("explain"), [sent, about])
    if told["success"]:
        picture, line = told["output"]["data"]
        assert picture is None
        assert line == "" or "fk-note" in line
    else:
        assert "Traceback" not in json.dumps(told)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7 is no photo", "PDF"),
        (b"\x89PNG\r\n\x1a\n and no more", "damaged"),
        (b"x", "known format"),
    ],
)
def test_a_broken_photo_is_a_line_on_the_page(browser, content, words):
    answers, about, closest = browser.see("my <b>.png", content)
    assert words in answers
    assert "my &lt;b&gt;.png" in answers
    assert "fk-refusal" in answers
    assert (about["choices"], closest) == ([], [])


def test_a_photo_of_too_many_pixels_is_a_line_on_the_page(browser, tmp_path):
    from PIL import Image

    Image.new("L", (1200, 1000)).save(tmp_path / "large.png")
    assert "1.2 megapixels" in browser.see("large.png", (tmp_path / "large.png").read_bytes())[0]


def test_a_photo_of_too_many_bytes_is_refused(browser, settings):
    assert browser.upload("large.png", b"x" * settings.max_upload).status_code == 413


@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "http://127.0.0.1:9/x.png", "HTTP://127.0.0.1/x"])
def test_no_other_file_and_no_address_is_read(browser, path):
    sent = {"path": path, "orig_name": "x.png", "meta": {"_type": "gradio.FileData"}}
    assert browser.ask(browser.place("see"), [sent])["status"] == 422
    assert browser.client.get(f"/ui/gradio_api/file={path}").status_code in (404, 422)


def test_pages_of_other_sites_read_nothing(browser):
    strange = {"Origin": "https://example.org"}
    for path in ("/ui/", "/ui/config", "/ui/gradio_api/info"):
        answer = browser.client.get(path, headers=strange)
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    preflight = {**strange, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert browser.client.options("/ui/gradio_api/queue/join", headers=preflight).status_code == 404


def test_photos_are_gone_after_a_while_and_the_wardrobe_is_not(browser, photos):
    from gradio.route_utils import delete_files_created_by_app

    (mounted,) = [route.app for route in browser.client.app.routes if getattr(route, "path", None) == "/ui"]
    blocks = mounted.get_blocks()
    assert blocks.delete_cache == (LOOKED_FOR, KEPT)
    (path,) = browser.upload("shirt.png", photos[2].read_bytes()).json()
    (tiles,) = [each["props"]["value"] for each in browser.config["components"] if wears(each)]
    assert Path(path).exists()
    delete_files_created_by_app(blocks, None)
    assert not Path(path).exists()
    assert browser.see("shirt.png", photos[2].read_bytes())[0]
    assert all(Path(tile["image"]["path"]).exists() for tile in tiles)


def wears(component):
    return component["props"].get("elem_id") == "wardrobe"


def test_clicks_make_an_outfit(browser, offers, photos, closet):
    names = sorted(photo.name for photo in photos)
    chosen = []
    for place in (3, 5, 8):
        told = browser.ask(browser.place("wardrobe", "click"), [chosen], {"index": place, "value": None})
        chosen, outfit, verdict, suggested, _, _ = told["output"]["data"]
    assert chosen == [names[3], names[5], names[8]]
    assert [each["caption"].partition(" ")[0] for each in outfit["value"]] == chosen
    assert f"{offers.outfits.score([closet / name for name in chosen]).score:.2f}" in verdict
    told = browser.ask(browser.place("suggestions", "click"), [chosen, suggested], {"index": 1, "value": None})
    assert told["output"]["data"][0] == [*chosen, suggested[1]]
    told = browser.ask(browser.place("outfit", "click"), [chosen], {"index": 0, "value": None})
    assert told["output"]["data"][0] == chosen[1:]
    told = browser.ask(browser.place("wardrobe", "click"), [chosen], {"index": 5, "value": None})
    assert told["output"]["data"][0] == [names[3], names[8]]


@pytest.mark.parametrize(
    ("chosen", "index", "words"),
    [
        (["gone.png", "garment-1.png"], 0, "no item &#x27;gone.png&#x27; any more"),
        (["", "garment-1.png"], 0, "empty"),
        ("shirt", 0, "begin again"),
        ([], 99, "load the page again"),
        ([], -1, "load the page again"),
        ([], "a", "load the page again"),
        ([], [1, 2], "load the page again"),
    ],
)
def test_what_no_page_of_ours_sends_is_a_line(browser, chosen, index, words):
    told = browser.ask(browser.place("wardrobe", "click"), [chosen], {"index": index, "value": None})
    verdict = told["output"]["data"][2]
    assert words in verdict
    assert "fk-refusal" in verdict


def test_a_service_with_keys_has_a_page_that_asks_for_one(checkpoint):
    settings = Settings(model=str(checkpoint), threads=1, keys=Keys.of([KEY], "here"))
    app = create_app(settings)
    add_page(app, settings, None, None)
    with TestClient(app) as client:
        assert client.get("/ui/config").status_code == 401
        assert client.post("/ui/gradio_api/queue/join", json={"data": []}).status_code == 401
        assert (
            client.post("/ui/login", data={"username": "me", "password": "another key altogether"}).status_code == 400
        )
        assert client.post("/ui/login", data={"username": "me", "password": KEY}).status_code == 200
        assert "no outfit head" in client.get("/ui/config").text
