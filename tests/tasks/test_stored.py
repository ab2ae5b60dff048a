from __future__ import annotations

import numpy as np
import pytest

from fashionkit import Analyzer
from fashionkit.tasks.stored import CATEGORY, KIND, to_store

pytestmark = pytest.mark.light


def test_what_is_kept_is_what_the_heads_say(retriever, checkpoint, photos):
    analyses = Analyzer.load(checkpoint).analyze(photos)
    for seen, analysis in zip(to_store(retriever).ask(photos, "raise"), analyses, strict=True):
        np.testing.assert_allclose(seen.vector, analysis.embedding.vector, atol=1e-5)
        kind = analysis.category.kind
        assert seen.known == ({} if kind is None else {KIND: kind}) | {CATEGORY: analysis.category.label}
