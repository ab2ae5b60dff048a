from __future__ import annotations

import pytest

from fashionkit.attribute_words import AttributeWords
from fashionkit.errors import ConfigError

pytestmark = pytest.mark.light


def test_the_shipped_words_read():
    words = AttributeWords.load()
    assert words.group_of("products", "season") == "season"
    assert words.group_of("products", "year") is None
    assert words.numbers["year"] == {"products": "year"}
    assert words.tags == {"street": "tags"}


def test_words_of_one_group_are_told_apart():
    for name, group in AttributeWords.load().groups.items():
        ours = list(group.words.values())
        assert len(ours) == len(set(ours)) or name == "fabric", name  # two words of `design` mean one thing


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("groups = 3", "Expected `object`"),
        ("[groups.a]\ncolumns = {s = 'c'}\nmore = 1", "unknown field `more`"),
        ("[groups.a]\ncolumns = {s = 'c'}\n[groups.b]\ncolumns = {s = 'c'}", "both claim 'c' of 's'"),
        ("[groups.a]\ncolumns = {s = 'c'}\nfewest = 0", "at least 1"),
        ("[groups", "no TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_by_name(tmp_path, text, said):
    path = tmp_path / "words.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=f"{path.name}.*{said}"):
        AttributeWords.load(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        AttributeWords.load(tmp_path / "none.toml")
