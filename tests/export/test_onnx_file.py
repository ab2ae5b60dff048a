from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from fashionkit.export.onnx_file import with_metadata

pytestmark = pytest.mark.light


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=20), st.text(st.characters(codec="utf-8"), max_size=400))
def test_onnx_reads_the_entry_as_it_was_written(key, text):
    onnx = pytest.importorskip("onnx")
    model = onnx.ModelProto(ir_version=10, producer_name="tests")
    read = onnx.ModelProto.FromString(with_metadata(model.SerializeToString(), key, text))
    (entry,) = read.metadata_props
    assert (entry.key, entry.value) == (key, text)
    assert (read.ir_version, read.producer_name) == (10, "tests")
