"""Embedding: where a garment lies among its look-alikes, for visual search."""

from fashionkit.heads.registry import Head, register

HEAD = register(
    Head(
        "embedding",
        spec="fashionkit.heads.embedding.spec:EmbeddingSpec",
        module="fashionkit.heads.embedding.module:EmbeddingModule",
    )
)
