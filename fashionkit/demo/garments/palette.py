"""The colours of the wardrobe: muted, and chosen so that most of them can be worn together."""

from __future__ import annotations

from fashionkit.demo.garments.fabric import Colour


def _colour(code: str) -> Colour:
    red, green, blue = (int(code[start : start + 2], 16) / 255 for start in (0, 2, 4))
    return red, green, blue


WHITE = _colour("f6f5f2")
ECRU = _colour("e6dccb")
SAND = _colour("cdb798")
CAMEL = _colour("b08b63")
TAN = _colour("8f6748")
BROWN = _colour("5c4031")
RUST = _colour("985b45")
MUSTARD = _colour("b99850")
BLUSH = _colour("dcb3a8")
ROSE = _colour("b1797c")
WINE = _colour("653039")
SAGE = _colour("9aa48e")
OLIVE = _colour("696b50")
FOREST = _colour("34463d")
SKY = _colour("a9c0d6")
MID_BLUE = _colour("627d9f")
INDIGO = _colour("2d364b")
NAVY = _colour("292e40")
SILVER_GREY = _colour("b4b5b7")
GREY = _colour("7f8287")
CHARCOAL = _colour("414448")
BLACK = _colour("222326")
BRASS = _colour("b79a5e")
STEEL = _colour("b9bcc0")
HORN = _colour("4a382c")
