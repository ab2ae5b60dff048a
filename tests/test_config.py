from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, strategies as st

from fashionkit.config import convert, decode, encode, positive_int
from fashionkit.errors import ConfigError

pytestmark = pytest.mark.light


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    share: float = 0.5

    def __post_init__(self):
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must lie in 0..1, got {self.share}")


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    inner: Inner = Inner()
    sizes: tuple[int, ...] = ()


WRONG = [
    (b'{"name": 1}', r"Expected `str`, got `int` - at `\$\.name`"),
    (b"{}", "missing required field `name`"),
    (b'{"name": "a", "nmae": 1}', "unknown field `nmae`"),
    (b'{"name": "a", "inner": {"share": 2}}', r"share must lie in 0\.\.1, got 2.* - at `\$\.inner`"),
    (b'{"name": "a", "inner": {"share": true}}', r"Expected `float`, got `bool` - at `\$\.inner\.share`"),
    (b'{"name": "a", "sizes": [1, "2"]}', r"got `str` - at `\$\.sizes\["),
    (b'{"name": "a", "sizes": [1.5]}', r"at `\$\.sizes"),
]
NO_JSON = [
    b"",
    b"name",
    b'{"name": "a"',
    b'{"name": NaN}',
    b'{"name": "a",}',
    b'{"name": "\xff"}',
    b"\xff\xfe{",
    b'{"name": "a"} x',
    b'{"name": "a", "inner": {"share": 1e999}}',
]


@pytest.mark.parametrize(("data", "message"), WRONG)
def test_what_does_not_fit_names_source_and_path(data, message):
    with pytest.raises(ConfigError, match=f"notes.json: .*{message}"):
        decode(data, Outer, "notes.json")


@pytest.mark.parametrize("data", NO_JSON)
def test_what_is_no_json_is_refused(data):
    with pytest.raises(ConfigError, match=r"^notes\.json: "):
        decode(data, Outer, "notes.json")


@pytest.mark.parametrize(("data", "message"), WRONG)
def test_plain_values_are_read_as_strictly_as_json(data, message):
    with pytest.raises(ConfigError, match=f"notes: .*{message}"):
        convert(msgspec.json.decode(data), Outer, "notes")


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    # Lone surrogates are no text that UTF-8 could hold.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_what_is_written_is_read_back(value):
    assert decode(encode(value), Any, "x") == value


@given(st.builds(Outer, st.text(st.characters(exclude_categories=["Cs"])), st.builds(Inner, st.floats(0, 1))))
def test_a_typed_object_is_read_back_from_text_and_from_plain_values(value):
    assert decode(encode(value), Outer, "x") == value
    assert convert(msgspec.to_builtins(value), Outer, "x") == value


def test_people_can_read_what_is_written():
    assert encode(Outer("schön", sizes=(1,))).decode() == (
        '{\n  "name": "schön",\n  "inner": {\n    "share": 0.5\n  },\n  "sizes": [\n    1\n  ]\n}\n'
    )


@pytest.mark.parametrize("given", [1, 7, 10**30])
def test_an_int_above_zero_is_taken(given):
    assert positive_int(given, "k") == given


@pytest.mark.parametrize("given", [0, -1, 1.0, "1", None, True, float("nan"), [1]])
def test_what_is_no_int_above_zero_is_refused_by_name(given):
    with pytest.raises(ConfigError, match="k, must be an int above 0; got "):
        positive_int(given, "k")
