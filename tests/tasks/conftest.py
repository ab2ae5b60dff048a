from __future__ import annotations

import pytest

from fashionkit import Retriever


@pytest.fixture
def retriever(checkpoint, tmp_path, photos):
    """A catalogue of the twelve drawn photos, with metadata."""
    with pytest.warns(UserWarning, match="made a new catalogue"):
        made = Retriever.open(tmp_path / "catalogue", model=checkpoint, create=True)
    with made:
        made.add(
            photos,
            ids=[f"item-{place}" for place in range(12)],
            metadata=[{"kind": "tops" if place % 2 else "shoes", "price": place} for place in range(12)],
        )
        yield made
