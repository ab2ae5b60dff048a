"""What one model has learned, for another one of the same parts."""

from __future__ import annotations

from fashionkit import FashionModel


def copy_weights(source: FashionModel, model: FashionModel, *parts: str) -> None:
    """Gives a model the weights that another one has under the same names.

    Args:
        source: Where they are from.
        model: Where they go.
        parts: What their names begin with, such as "backbone." and "heads.embedding."; all where none is named.
    """
    weights, own = source.state_dict(), model.state_dict()
    wanted = {name: value for name, value in weights.items() if name in own and name.startswith(parts or ("",))}
    model.load_state_dict(own | wanted)
