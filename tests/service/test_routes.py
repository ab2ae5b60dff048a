"""Every address: the library's answers, and its words where it refuses."""

from __future__ import annotations

import json
import threading

import pytest

pytest.importorskip("fastapi")

from fashionkit import Analyzer, OutfitScorer, Retriever
from fashionkit.service.answers import AttributesAnswer, CategoryAnswer, HitsAnswer, OutfitAnswer, SuggestionsAnswer

MOST_UNLIKE = 1e-3


def near(one, other):
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(near(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(near, one, other))
    return one == (pytest.approx(other, abs=MOST_UNLIKE) if isinstance(other, float) else other)


def photo(path, name="photo.png"):
    return ("file", (name, path.read_bytes()))


def texts(**given):
    return [
        (name, (None, str(value)))
        for name, values in given.items()
        for value in (values if isinstance(values, list) else [values])
    ]


def problem(answer, status):
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert set(told) == {"title", "status", "detail"}
    assert told["status"] == status
    return told["detail"]


@pytest.fixture(scope="module")
def analysis(checkpoint, photos):
    return Analyzer.load(checkpoint).analyze(photos[0])


@pytest.fixture
def library(checkpoint, wardrobe):
    with Retriever.open(wardrobe, model=checkpoint) as retriever:
        yield retriever


def test_one_photo_is_answered_as_by_the_library(client, photos, analysis):
    asked = [photo(photos[0])]
    category = client.post("/classify", files=asked).json()
    attributes = client.post("/attributes", files=asked).json()
    assert near(category, analysis.category.to_dict())
    assert near(attributes, analysis.attributes.to_dict())
    CategoryAnswer.model_validate(category)
    AttributesAnswer.model_validate(attributes)
    whole = client.post("/analyze?embedding=true", files=asked).json()
    assert near(whole, analysis.to_dict())
    assert set(client.post("/analyze", files=asked).json()) == {"category", "attributes"}


def test_outfits_are_scored_from_photos_and_from_ids(client, photos, library, checkpoint):
    expected = OutfitScorer.load(checkpoint).score([f"item-{place}" for place in range(3)], catalogue=library)
    by_photo = client.post("/outfits/score", files=[photo(each) for each in photos[:3]]).json()
    by_id = client.post("/outfits/score", files=texts(id=["item-0", "item-1", "item-2"])).json()
    assert near(by_id, expected.to_dict())
    assert near(by_photo, by_id)
    OutfitAnswer.model_validate(by_id)


def test_outfits_are_completed_from_the_catalogue(client, photos, library, checkpoint):
    expected = OutfitScorer.load(checkpoint).complete(["item-0"], library, 3, catalogue=library, kind="tops")
    found = client.post("/outfits/complete", files=texts(id="item-0", k=3, kind="tops")).json()
    assert near(found["suggestions"], [each.to_dict() for each in expected])
    SuggestionsAnswer.model_validate(found)
    by_photo = client.post("/outfits/complete", files=[photo(photos[0]), *texts(kind="hats")])
    assert by_photo.json() == {"suggestions": []}


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"k": 3}, {"k": 3}),
        ({"where": '{"price": {"<": 4}}'}, {"where": {"price": {"<": 4}}}),
        ({"group_by": "kind"}, {"group_by": "kind"}),
        ({"diversity": 0.5, "k": 4}, {"diversity": 0.5, "k": 4}),
    ],
)
def test_search_finds_what_the_library_finds(client, photos, library, given, asked):
    by_photo = client.post("/search", files=[photo(photos[3]), *texts(**given)]).json()
    by_id = client.post("/search", files=texts(id="item-3", **given)).json()
    vector = library.embed(photos[3])[0].tolist()
    by_vector = client.post("/search", files=texts(vector=json.dumps(vector), **given)).json()
    assert near(by_photo["hits"], [hit.to_dict() for hit in library.search(photos[3], **asked)])
    assert near(by_id["hits"], [hit.to_dict() for hit in library.search(id="item-3", **asked)])
    assert near(by_vector, by_photo)
    HitsAnswer.model_validate(by_photo)


@pytest.mark.parametrize(
    ("path", "given", "status", "words"),
    [
        ("/classify", {}, 400, ""),
        ("/classify", {"fiel": "x"}, 422, "did you mean 'file'?"),
        ("/search", {"k": 1}, 422, "search by one of file, id, vector; given: none"),
        ("/search", {"id": "item-1", "vector": "[1.0]"}, 422, "given: id, vector"),
        ("/search", {"id": "item-99"}, 404, "no id 'item-99'; of those near it, did you mean 'item-9'?"),
        ("/search", {"id": ""}, 422, "an id is the empty string"),
        ("/search", {"vector": "[1.0]"}, 422, "the vectors have the shape 1 x 1; the catalogue takes n x 8"),
        ("/search", {"vector": "[0,0,0,0,0,0,0,0]"}, 422, "is all zeros"),
        ("/search", {"vector": "[NaN]"}, 422, "vector is no JSON list of numbers"),
        ("/search", {"vector": "[" * 100_000}, 422, "vector is no JSON list of numbers"),
        ("/search", {"id": "item-1", "k": "0"}, 422, "k is '0'; give a whole number from 1 to 1,000"),
        ("/search", {"id": "item-1", "k": "9" * 5000}, 422, "k is "),
        ("/search", {"id": "item-1", "k": "٣"}, 422, "k is "),
        ("/search", {"id": "item-1", "where": "[]"}, 422, "where"),
        ("/search", {"id": "item-1", "where": '{"a": 1, "a": 2}'}, 422, "where: the key 'a' stands twice"),
        ("/search", {"id": "item-1", "where": '{"price": {"=<": 5}}'}, 422, "'=<' is no comparison"),
        ("/search", {"id": "item-1", "where": '{"a":' * 5000}, 422, "where"),
        ("/search", {"id": "item-1", "diversity": "nan"}, 422, "diversity is nan"),
        ("/search", {"id": "item-1", "diversity": "lots"}, 422, "diversity is 'lots'; give a number"),
        ("/search", {"id": "item-1", "group_by": "\0"}, 422, "NUL"),
        ("/outfits/score", {"id": "item-1"}, 422, "an outfit is a list of 2 to 16 items, got 1"),
        ("/outfits/score", {"id": ["item-1"] * 17}, 422, "at most 16"),
        ("/outfits/score", {"id": ["item-1", "nothing"]}, 404, "no id 'nothing'"),
        ("/outfits/complete", {"id": ["item-1"] * 16}, 422, "1 to 15 items, got 16"),
        ("/outfits/complete", {"k": 1}, 422, "1 to 15 items, got 0"),
        ("/items", {"id": "x"}, 422, "there is no photo"),
    ],
)
def test_what_cannot_be_answered_is_told_in_the_words_of_the_library(client, path, given, status, words):
    body = {"files": texts(**given)} if given else {"content": b"", "headers": {"content-type": "multipart/form-data"}}
    detail = problem(client.post(path, **body), status)
    assert words in detail
    assert str(client.app.state.offers.catalogue.folder) not in detail


def test_photos_and_ids_are_not_mixed(client, photos):
    detail = problem(client.post("/outfits/score", files=[photo(photos[0]), *texts(id="item-1")]), 422)
    assert "the one or the other" in detail


def test_a_photo_is_named_as_it_was_sent(client, broken_photo):
    detail = problem(client.post("/classify", files=[photo(broken_photo, "mein Foto.png")]), 422)
    assert detail.startswith("mein Foto.png: ")
    assert str(broken_photo) not in detail


def test_one_bad_photo_of_an_outfit_is_named(client, photos, broken_photo):
    files = [photo(photos[0], "good.png"), photo(broken_photo, "bad.png"), photo(photos[1], "good.png")]
    assert problem(client.post("/outfits/score", files=files), 422).startswith("bad.png: ")


def test_addresses_that_there_are_not(client):
    assert "openapi.json" in problem(client.get("/nothing"), 404)
    refused = client.get("/classify")
    problem(refused, 405)
    assert refused.headers["allow"] == "POST"
    problem(client.post("/analyze?embedding=perhaps", content=b""), 422)


def test_pages_that_would_load_scripts_from_elsewhere_are_not_there(client):
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


# Escapes that are escaped themselves are for test_server: the client here reads addresses twice.
IDS = ["a", "a/b", "/rooted/path.jpg", "été 🧥", "100%", "?x=1#y", "a//b", "a+b", "..x", "\u202e", "item id\n2"]


@pytest.mark.parametrize("name", IDS)
def test_items_come_and_go_under_any_name(opened, tmp_path, photos, name):
    from urllib.parse import quote

    client = opened(catalogue=str(tmp_path / "new"), create=True)
    added = client.post("/items", files=[photo(photos[0]), *texts(id=name, metadata='{"price": 3, "kind": "hats"}')])
    assert added.status_code == 201
    assert added.json()["id"] == name
    assert added.json()["metadata"].items() >= {"price": 3, "kind": "hats"}.items()
    assert client.get("/ready").json()["items"] == 1
    assert client.post("/search", files=[photo(photos[0])]).json()["hits"][0]["id"] == name
    address = "/items/" + quote(name, safe="")
    assert client.delete(address).status_code == 204
    assert "there is no item" in problem(client.delete(address), 404)
    assert client.get("/ready").json()["items"] == 0


def test_what_is_added_again_is_replaced_and_kind_and_category_are_what_the_model_says(opened, tmp_path, photos):
    client = opened(catalogue=str(tmp_path / "new"), create=True)
    said = client.post("/classify", files=[photo(photos[1])]).json()
    for shown in photos[:2]:
        stored = client.post("/items", files=[photo(shown), *texts(id="one")]).json()["metadata"]
    assert stored["category"] == said["label"]
    assert stored.get("kind") == said["kind"]
    hits = client.post("/search", files=[photo(photos[1])]).json()["hits"]
    assert [(hit["id"], hit["metadata"]) for hit in hits] == [("one", stored)]
    assert hits[0]["score"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id": "a\0"}, "NUL"),
        ({"id": ""}, "empty"),
        ({"id": "x" * 5000}, "4,096"),
        ({"id": "a", "metadata": '{"seen": {"in": "shop"}}'}, "flat"),
        ({"id": "a", "metadata": "3"}, "metadata"),
        ({"id": "a", "metadata": '{"n": 99999999999999999999999}'}, "metadata"),
        ({"id": "a", "metadata": '{"n": NaN}'}, "metadata"),
        ({"metadata": "{}"}, "there is no id"),
    ],
)
def test_what_a_catalogue_cannot_hold_is_refused_and_nothing_is_added(opened, tmp_path, photos, given, words):
    client = opened(catalogue=str(tmp_path / "new"), create=True)
    detail = problem(client.post("/items", files=[photo(photos[0]), *texts(**given)]), 422)
    assert words in detail
    assert client.get("/ready").json()["items"] == 0


def test_without_a_catalogue_what_needs_one_says_so(opened, photos):
    client = opened()
    for answer in (
        client.post("/search", files=[photo(photos[0])]),
        client.post("/items", files=[photo(photos[0]), *texts(id="a")]),
        client.delete("/items/a"),
        client.post("/outfits/complete", files=[photo(photos[0])]),
        client.post("/outfits/score", files=texts(id=["a", "b"])),
    ):
        assert "this service has no catalogue" in problem(answer, 404)
    assert client.post("/outfits/score", files=[photo(each) for each in photos[:2]]).status_code == 200
    assert client.get("/ready").json()["items"] is None


def test_keys_are_asked_for_where_there_are_any(opened, photos):
    from fashionkit.service import Keys

    key = "a key of many characters"
    client = opened(keys=Keys.of([key], "here"))
    asked = {"files": [photo(photos[0])]}
    for headers in ({}, {"X-API-Key": "another key, as long"}, {"Authorization": "Bearer x"}, {"X-API-Key": "é" * 20}):
        sent = {name: value.encode() for name, value in headers.items()}
        refused = client.post("/classify", **asked, headers=sent)
        assert "no key that fits" in problem(refused, 401)
        assert refused.headers["www-authenticate"] == "Bearer"
        problem(client.get("/metrics", headers=sent), 401)
    for headers in ({"X-API-Key": key}, {"Authorization": f"Bearer {key}"}):
        assert client.post("/classify", **asked, headers=headers).status_code == 200
    assert client.get("/health").json()["status"] == "ok"
    assert client.get("/ready").status_code == 200


def test_metrics_count_by_route_and_never_by_what_strangers_make_up(client, photos):
    client.post("/classify", files=[photo(photos[0])])
    client.get("/made-up-1")
    client.request("BREW", "/made-up-2")
    text = client.get("/metrics").text
    assert 'fashionkit_requests_total{method="POST",path="/classify",status="200"}' in text
    assert "fashionkit_batch_photos_sum" in text
    assert "process_resident_memory_bytes" in text
    assert "made-up" not in text
    assert "BREW" not in text


def test_a_closed_connection_follows_a_body_that_was_not_read(client, photos):
    refused = client.post("/classify", content=b"x" * 100, headers={"content-type": "image/jpeg"})
    assert problem(refused, 415)
    assert refused.headers["connection"] == "close"
    assert "connection" not in client.post("/classify", files=[photo(photos[0])]).headers


def test_a_catalogue_that_breaks_is_not_ready(opened, tmp_path, caplog):
    client = opened(catalogue=str(tmp_path / "new"), create=True)
    client.app.state.offers.catalogue.close()
    assert "the log says why" in problem(client.get("/ready"), 503)
    assert client.get("/health").status_code == 200
    detail = problem(client.delete("/items/a"), 500)
    assert str(tmp_path) not in detail
    assert str(tmp_path) in caplog.text


def test_a_url_is_nothing_where_no_host_is_listed(client):
    answer = client.post("/classify", files=texts(url="https://example.com/a.jpg"))
    assert "unknown field 'url'" in problem(answer, 422)


@pytest.fixture
def shop(photos, monkeypatch):
    """The name of a host that has the drawn photos, and is taken for a public one."""
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    from fashionkit.service import fetch

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *given):
            super().__init__(*given, directory=str(photos[0].parent))

        def log_message(self, *_):
            pass

    monkeypatch.setattr(fetch, "is_public", lambda _: True)
    with ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"localhost:{server.server_address[1]}"
        server.shutdown()


def test_a_photo_that_is_named_is_answered_like_one_that_is_sent(opened, shop, photos, tmp_path):
    from fashionkit.service import Hosts

    client = opened(hosts=Hosts.listed([shop]), catalogue=str(tmp_path / "new"), create=True)
    urls = [f"http://{shop}/{path.name}" for path in photos[:2]]
    sent, named = client.post("/analyze", files=[photo(photos[0])]), client.post("/analyze", files=texts(url=urls[0]))
    assert near(named.json(), sent.json())
    assert client.post("/items", files=texts(url=urls[0], id="a")).status_code == 201
    assert client.post("/search", files=texts(url=urls[0])).json()["hits"][0]["id"] == "a"
    together = client.post("/outfits/score", files=[photo(photos[0]), *texts(url=urls[1])])
    assert near(together.json(), client.post("/outfits/score", files=texts(url=urls)).json())


def test_a_url_that_leads_nowhere_is_a_problem(opened, shop, photos):
    from fashionkit.service import Hosts

    client = opened(hosts=Hosts.listed([shop]))
    url = f"http://{shop}/{photos[0].name}"
    assert "answers 404" in problem(client.post("/classify", files=texts(url=f"{url}.not")), 502)
    assert "not fetched from evil.example" in problem(
        client.post("/classify", files=texts(url="http://evil.example")), 422
    )
    assert "more than 1 photos" in problem(client.post("/classify", files=[photo(photos[0]), *texts(url=url)]), 422)


def test_photos_that_are_named_and_sent_share_one_limit(opened, shop, photos):
    from fashionkit.service import Hosts

    size = photos[0].stat().st_size
    client = opened(hosts=Hosts.listed([shop]), max_upload=2 * size + size // 2)
    urls = [f"http://{shop}/{photos[0].name}"] * 3
    assert client.post("/outfits/score", files=texts(url=urls[:2])).status_code == 200
    assert "bytes that are left" in problem(client.post("/outfits/score", files=texts(url=urls)), 413)


def test_openapi_tells_of_urls_where_they_are_fetched(opened, client):
    from fashionkit.service import Hosts

    def forms(asking):
        paths = asking.get("/openapi.json").json()["paths"]
        return {
            path: ways["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
            for path, ways in paths.items()
            if "post" in ways
        }

    assert not any("url" in form["properties"] for form in forms(client).values())
    with_urls = forms(opened(hosts=Hosts.listed(["images.example.com"])))
    assert all("url" in form["properties"] and "file" not in form["required"] for form in with_urls.values())
    assert with_urls["/items"]["required"] == ["id"]
