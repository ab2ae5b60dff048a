"""The site builds without a warning, documents every public name, and fetches nothing from elsewhere."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

pytest.importorskip("sphinx")
pytest.importorskip("torch")

from sphinx.util.inventory import InventoryFile

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ROOMS = ("fashionkit", *(f"fashionkit.{room}" for room in ("catalogue", "datasets", "explain", "losses", "metrics")))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built with warnings as errors, in a folder of its own."""
    built = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", "-n", "--keep-going", "-d", f"{built}/trees"]
    ran = subprocess.run(
        [*command, "-b", "html", ROOT / "docs", built / "html"],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return built / "html"


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_documented(site, room):
    entries = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="").data
    documented = {name for kind, names in entries.items() if kind.startswith("py:") for name in names}
    module = importlib.import_module(room)
    names = set(module.__all__) - {"__version__"}
    # A name that the front hands on may stand under the room that it comes from.
    homes = getattr(module, "_WHERE", {}) if room == "fashionkit" else {}
    assert not {name for name in names if not {f"{room}.{name}", f"{homes.get(name, room)}.{name}"} & documented}


class Fetched(HTMLParser):
    """The addresses that a browser fetches by itself for a page."""

    def __init__(self, text):
        super().__init__()
        self.addresses = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.addresses += [attributes[name] for name in ("src", "srcset", "poster") if attributes.get(name)]
        if tag == "link" and attributes.get("rel") not in {"author", "index", "next", "prev", "search"}:
            self.addresses.append(attributes["href"])


def test_nothing_is_fetched_from_elsewhere(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        fetched = Fetched(page.read_text("utf-8")).addresses
        assert fetched
        assert not [address for address in fetched if re.match(r"(?:https?:)?//", address)], page
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet


def test_every_measurement_is_on_the_page_of_benchmarks(site):
    page = (site / "benchmarks.html").read_text("utf-8")
    for result in (ROOT / "benchmarks" / "results").glob("*.md"):
        title = result.read_text("utf-8").splitlines()[0].removeprefix("# ")
        plain = title.replace("`", "")
        assert plain in re.sub(r"<[^>]+>", "", page), result.name
