"""Attributes: what a garment is like, in exclusive groups, independent tags and numbers."""

from fashionkit.heads.registry import Head, register

HEAD = register(
    Head(
        "attributes",
        spec="fashionkit.heads.attributes.spec:AttributesSpec",
        module="fashionkit.heads.attributes.module:AttributesModule",
    )
)
