from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from fashionkit.errors import ConfigError, DataError
from fashionkit.service.hosts import Hosts

pytestmark = pytest.mark.light

HOSTS = Hosts.listed(["Images.example.com", "cdn.example.com:8443", "xn--bcher-kva.example"])


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://images.example.com/a/b.jpg", ("https", "images.example.com", 443, "/a/b.jpg")),
        ("HTTP://IMAGES.EXAMPLE.COM", ("http", "images.example.com", 80, "/")),
        (
            "https://images.example.com:443/?w=8&u=http://x#top",
            ("https", "images.example.com", 443, "/?w=8&u=http://x"),
        ),
        ("https://cdn.example.com:8443/%C3%A9.jpg", ("https", "cdn.example.com", 8443, "/%C3%A9.jpg")),
        ("http://xn--bcher-kva.example/a", ("http", "xn--bcher-kva.example", 80, "/a")),
    ],
)
def test_what_is_listed_may_be_fetched(url, place):
    assert HOSTS.place(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shirt.jpg",
        "//images.example.com/a.jpg",
        "ftp://images.example.com/a.jpg",
        "file:///etc/passwd",
        "https:///a.jpg",
        "https://images.example.com:8443/a.jpg",
        "https://cdn.example.com/a.jpg",
        "https://evil.example/a.jpg",
        "https://images.example.com.evil.example/a.jpg",
        "https://evil.example#images.example.com/",
        "https://evil.example/@images.example.com/",
        "https://user:secret@images.example.com/a.jpg",
        "https://user:secret@images.example.com:99999/a.jpg",
        "https://user:secret@images.example.com/a b.jpg",
        "https://images.example.com@evil.example/a.jpg",
        "https://images.example.com\\@evil.example/a.jpg",
        "https://evil.example\\@images.example.com/a.jpg",
        "https://images.example.com./a.jpg",
        "https://images.example.com:0/a.jpg",
        "https://images.example.com:99999/a.jpg",
        "https://images.example.com:x/a.jpg",
        "https://[images.example.com/a.jpg",
        "https://[::1]/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://images.example.com/a b.jpg",
        "https://images.example.com/a\nHost: evil.example",
        "https://images.example.com/é.jpg",
        "https://im\u0430ges.example.com/a.jpg",
        "https://images.example.com/" + "a" * 5000,
    ],
)
def test_nothing_else_may_be(url):
    with pytest.raises(DataError) as error:
        HOSTS.place(url)
    assert "\n" not in str(error.value)
    assert "secret" not in str(error.value)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_whatever_is_asked_leads_to_a_listed_host_or_is_refused(text):
    for url in (text, f"https://{text}", f"https://images.example.com{text}", f"https://{text}@images.example.com/"):
        try:
            place = HOSTS.place(url)
        except DataError:
            continue
        assert (place.host, place.port) in HOSTS.known
        assert place.target.startswith("/")
        assert place.target.isascii()
        assert not set(place.target) & set(" \r\n\\")


NO_HOSTS = ["", " ", "a b", "a" * 64, "\ud800", "*", "*.a.com", "https://a.com", "a.com/", "a:b", "a:0", "a:65536"]


@pytest.mark.parametrize("name", [*NO_HOSTS, "straße.example", "a:", "-a", "a..b", ".a", "::1"])
def test_a_host_is_named_as_hosts_are(name):
    with pytest.raises(ConfigError, match="no host"):
        Hosts.listed([name])


def test_one_text_is_no_list():
    with pytest.raises(ConfigError, match="one text"):
        Hosts.listed("images.example.com")


def test_without_hosts_there_are_none():
    assert not Hosts.listed([])
    with pytest.raises(DataError, match="not fetched"):
        Hosts().place("https://example.com/")
