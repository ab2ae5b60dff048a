from __future__ import annotations

import pytest

from fashionkit.errors import ConfigError
from fashionkit.service import Keys

pytestmark = pytest.mark.light

ONE, OTHER = "one key of many characters", "another key, as long"


@pytest.fixture(autouse=True)
def no_keys_around(monkeypatch):
    monkeypatch.delenv("FASHIONKIT_API_KEYS", raising=False)


def test_keys_of_a_file_and_of_the_environment_all_fit(tmp_path, monkeypatch):
    (tmp_path / "keys").write_text(f"# of the shop\n\n  {ONE}  \n")
    monkeypatch.setenv("FASHIONKIT_API_KEYS", f" {OTHER.replace(',', '')} ,")
    keys = Keys.configured(tmp_path / "keys")
    assert keys.fits(ONE)
    assert keys.fits(OTHER.replace(",", ""))
    assert len(keys.digests) == 2


@pytest.mark.parametrize("given", ["", ONE[:-1], ONE + " ", ONE.upper(), "é" * 20, "\udcff", "\0"])
def test_nothing_else_fits(given):
    assert not Keys.of([ONE, OTHER], "here").fits(given)


def test_no_keys_at_all_is_an_open_door():
    assert not Keys.configured(None)


@pytest.mark.parametrize("content", [b"", b"# nothing\n\n", b"short", "ключ ключ ключ ключ".encode(), b"\xff\xfe" * 20])
def test_a_file_that_holds_no_key_is_refused_and_never_opens_the_door(tmp_path, content):
    (tmp_path / "keys").write_bytes(content)
    with pytest.raises(ConfigError, match="keys"):
        Keys.configured(tmp_path / "keys")


@pytest.mark.parametrize("name", ["missing", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name):
    with pytest.raises(ConfigError, match="cannot be read"):
        Keys.configured(f"{tmp_path}/{name}")


def test_no_key_is_shown():
    keys = Keys.of([ONE], "here")
    assert ONE not in repr(keys)
    with pytest.raises(ConfigError) as refused:
        Keys.of([ONE, "secret"], "here")
    assert "secret'" not in str(refused.value)
    assert "key 2" in str(refused.value)
