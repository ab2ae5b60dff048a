from __future__ import annotations

import math

import pytest

from fashionkit.errors import ConfigError
from fashionkit.service import Settings

pytestmark = pytest.mark.light


@pytest.mark.parametrize("name", ["queue", "max_upload", "max_pixels", "threads"])
@pytest.mark.parametrize("value", [0, -1, 1.5, True, "8"])
def test_counts_are_counts(name, value):
    with pytest.raises(ConfigError, match=name):
        Settings(**{name: value})


@pytest.mark.parametrize("value", [0, -1.0, math.nan, math.inf, 1e9, "8", None, True])
def test_a_timeout_is_seconds(value):
    with pytest.raises(ConfigError, match="timeout"):
        Settings(timeout=value)


def test_nothing_can_be_made_without_a_name():
    with pytest.raises(ConfigError, match="--catalogue"):
        Settings(create=True)


def test_there_are_never_more_threads_than_requests():
    assert Settings(queue=3, threads=2).workers == 3
    assert Settings(queue=1000, threads=2).workers == 32
