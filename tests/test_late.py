from __future__ import annotations

import sys

import pytest

from fashionkit.errors import ModelError
from fashionkit.late import imported_late

pytestmark = pytest.mark.light


def test_a_name_is_imported_from_where_it_is():
    assert imported_late("room", {"dumps": "json"}, "dumps")([1]) == "[1]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'room' has no attribute 'dumps'"):
        imported_late("room", {}, "dumps")


def test_without_torch_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match=r"Tensor needs torch, which is not installed; pip install 'fashionkit\[train"):
        imported_late("room", {"Tensor": "torch"}, "Tensor")


def test_another_missing_module_is_no_matter_of_ours():
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        imported_late("room", {"x": "no_such_module"}, "x")
