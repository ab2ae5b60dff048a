"""Category: what a garment is, one of many labels."""

from fashionkit.heads.registry import Head, register

HEAD = register(
    Head(
        "category",
        spec="fashionkit.heads.category.spec:CategorySpec",
        module="fashionkit.heads.category.module:CategoryModule",
    )
)
