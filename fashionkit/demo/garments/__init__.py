"""Garments that the library draws itself, so that the demo has something to look at without a photo.

Cloth is cut into panels (`outline`), laid on a canvas (`canvas`, `panel`) with a fabric (`fabric`, `knits`, `patterns`,
`hides`) and folds (`folds`), and sewn (`tailoring`). NumPy and OpenCV only. It may import what lies below `images`.
"""

from fashionkit.demo.garments.wardrobe import DrawnGarment, draw_wardrobe

__all__ = ["DrawnGarment", "draw_wardrobe"]
