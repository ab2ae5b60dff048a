from __future__ import annotations

import pytest

from fashionkit.errors import ConfigError
from fashionkit.heads.attributes.spec import AttributesSpec, Group
from fashionkit.heads.category.spec import CategorySpec
from fashionkit.heads.hidden import WIDEST, check_hidden

pytestmark = pytest.mark.light


@pytest.mark.parametrize("hidden", [0, 1, 512, WIDEST])
def test_what_a_hidden_layer_may_be(hidden):
    check_hidden(hidden)
    assert CategorySpec(labels=("dress", "shirt"), hidden=hidden).hidden == hidden


@pytest.mark.parametrize("hidden", [-1, WIDEST + 1, 10**12])
def test_what_no_hidden_layer_is(hidden):
    with pytest.raises(ConfigError, match=f"hidden must lie in 0..{WIDEST}, got {hidden}"):
        CategorySpec(labels=("dress", "shirt"), hidden=hidden)
    with pytest.raises(ConfigError, match="hidden must lie in"):
        AttributesSpec(groups={"sleeve": Group(("long", "short"))}, hidden=hidden)
