"""Outfit: how well several garments go together, read from their embeddings."""

from fashionkit.heads.registry import Head, register

HEAD = register(
    Head("outfit", spec="fashionkit.heads.outfit.spec:OutfitSpec", module="fashionkit.heads.outfit.module:OutfitModule")
)
