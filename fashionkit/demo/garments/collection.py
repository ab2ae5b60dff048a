"""The designs of the wardrobe: each garment's cut, fabric and colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from fashionkit.demo.garments import (
    accessories,
    bags,
    bottoms,
    dresses,
    footwear,
    knitwear,
    outerwear,
    palette as p,
    shirts,
    skirts,
    tops,
)
from fashionkit.demo.garments.canvas import Canvas
from fashionkit.demo.garments.fabric import denim, herringbone, jersey, plain_weave, satin, twill, wool
from fashionkit.demo.garments.hides import leather, metal, rubber, sailcloth, straw, suede
from fashionkit.demo.garments.knits import cabled, ribbed, stockinette
from fashionkit.demo.garments.patterns import checked, dotted, flowered, gingham, striped

STIFF = 0.10
"""How much leather and shoes wobble; cloth does more."""


@dataclass(frozen=True)
class Design:
    """How to draw a garment.

    Attributes:
        name: What it is, in words.
        kind: Its kind in the taxonomy.
        label: Its type in the taxonomy.
        draw: Draws it on an empty canvas, with random numbers for its fabrics.
        wobble: How far its lines stray, in units.
    """

    name: str
    kind: str
    label: str
    draw: Callable[[Canvas, np.random.Generator], None]
    wobble: float = 0.26


STRAIGHT = bottoms.Legs(12.5, 6, 4, [(16.4, 20), (16.4, 50), (15.0, 95)], [(6.0, 95.6), (3.2, 60)], 34)
SLIM = bottoms.Legs(12.2, 6, 4, [(16.0, 20), (16.2, 50), (14.4, 94)], [(5.4, 94.6), (2.8, 60)], 33)
WIDE = bottoms.Legs(12.0, 6, 4, [(16.6, 22), (18.4, 55), (19.2, 94)], [(4.6, 94.6), (2.4, 60)], 36)
SHORT = bottoms.Legs(14.5, 26, 4, [(18.6, 42), (21.2, 69)], [(3.0, 70.5), (1.2, 62)], 54)
TARTAN = ((p.CAMEL, 0, 40, 0.6), (p.CHARCOAL, 80, 6, 0.7))

DESIGNS = (
    Design(
        "white t-shirt",
        "tops",
        "t-shirt",
        lambda c, r: tops.t_shirt(c, tops.short_sleeved(), jersey(p.WHITE, r), ribbed(p.WHITE, r, 8, 0.1)),
    ),
    Design(
        "striped t-shirt",
        "tops",
        "t-shirt",
        lambda c, r: tops.t_shirt(c, tops.short_sleeved(), striped(p.ECRU, p.NAVY, r), ribbed(p.ECRU, r, 8, 0.1)),
    ),
    Design(
        "olive v-neck t-shirt",
        "tops",
        "t-shirt",
        lambda c, r: tops.t_shirt(c, tops.v_necked(), jersey(p.OLIVE, r, 0.4), ribbed(p.OLIVE, r, 8, 0.1)),
    ),
    Design(
        "navy polo shirt",
        "tops",
        "polo shirt",
        lambda c, r: tops.polo_shirt(c, jersey(p.NAVY, r), ribbed(p.NAVY, r, 8, 0.1), p.WHITE),
    ),
    Design(
        "blush tank top",
        "tops",
        "tank top",
        lambda c, r: tops.tank_top(c, jersey(p.BLUSH, r), ribbed(p.BLUSH, r, 8, 0.1)),
    ),
    Design(
        "blue striped shirt",
        "tops",
        "shirt",
        lambda c, r: shirts.shirt(c, striped(p.WHITE, p.MID_BLUE, r, 20, 5, upright=True), p.WHITE),
    ),
    Design("green gingham shirt", "tops", "shirt", lambda c, r: shirts.shirt(c, gingham(p.WHITE, p.FOREST, r), p.ECRU)),
    Design(
        "flowered blouse with a bow",
        "tops",
        "blouse",
        lambda c, r: shirts.blouse(c, flowered(p.ECRU, (p.ROSE, p.MID_BLUE), p.SAGE, r, 0.8)),
    ),
    Design(
        "cable-knit sweater", "tops", "sweater", lambda c, r: knitwear.sweater(c, cabled(p.ECRU, r), ribbed(p.ECRU, r))
    ),
    Design(
        "rust roll-neck sweater",
        "tops",
        "sweater",
        lambda c, r: knitwear.roll_neck(c, stockinette(p.RUST, r), ribbed(p.RUST, r)),
    ),
    Design(
        "sage hoodie",
        "tops",
        "hoodie",
        lambda c, r: knitwear.hoodie(
            c, jersey(p.SAGE, r, 0.3), ribbed(p.SAGE, r, 8, 0.12), jersey(p.WHITE, r), p.STEEL
        ),
    ),
    Design(
        "blue jeans", "bottoms", "jeans", lambda c, r: bottoms.jeans(c, STRAIGHT, denim(p.INDIGO, r), p.CAMEL, p.TAN)
    ),
    Design("sand chinos", "bottoms", "trousers", lambda c, r: bottoms.chinos(c, SLIM, twill(p.SAND, r), p.HORN)),
    Design(
        "grey herringbone trousers",
        "bottoms",
        "trousers",
        lambda c, r: bottoms.trousers(c, WIDE, herringbone(p.CHARCOAL, p.GREY, r), p.BLACK),
    ),
    Design("navy chino shorts", "bottoms", "shorts", lambda c, r: bottoms.shorts(c, SHORT, twill(p.NAVY, r), p.HORN)),
    Design(
        "sky linen shorts",
        "bottoms",
        "shorts",
        lambda c, r: bottoms.drawstring_shorts(c, SHORT, plain_weave(p.SKY, r, 0.45), jersey(p.WHITE, r)),
    ),
    Design("green pleated skirt", "bottoms", "skirt", lambda c, r: skirts.pleated_skirt(c, satin(p.FOREST, r))),
    Design(
        "dotted wrap skirt",
        "bottoms",
        "skirt",
        lambda c, r: skirts.wrap_skirt(c, dotted(p.RUST, p.ECRU, r, 24, 2.6), satin(p.RUST, r)),
    ),
    Design(
        "blue tiered midi dress", "dresses", "dress", lambda c, r: dresses.tiered_dress(c, plain_weave(p.MID_BLUE, r))
    ),
    Design("wine sheath dress", "dresses", "dress", lambda c, r: dresses.sheath_dress(c, twill(p.WINE, r))),
    Design("satin slip dress", "dresses", "dress", lambda c, r: dresses.slip_dress(c, satin(p.SAGE, r))),
    Design(
        "black skater dress",
        "dresses",
        "dress",
        lambda c, r: dresses.skater_dress(c, twill(p.BLACK, r), satin(p.BLACK, r)),
    ),
    Design(
        "navy blazer",
        "outerwear",
        "blazer",
        lambda c, r: outerwear.blazer(c, wool(p.NAVY, r, 0.2), satin(p.SILVER_GREY, r), p.HORN),
    ),
    Design(
        "black leather jacket",
        "outerwear",
        "leather jacket",
        lambda c, r: outerwear.leather_jacket(c, leather(p.BLACK, r), satin(p.CHARCOAL, r), p.STEEL),
    ),
    Design(
        "camel coat",
        "outerwear",
        "coat",
        lambda c, r: outerwear.coat(c, wool(p.CAMEL, r, 0.2), satin(p.BROWN, r), p.HORN),
    ),
    Design(
        "green puffer jacket",
        "outerwear",
        "puffer jacket",
        lambda c, r: outerwear.puffer_jacket(c, satin(p.FOREST, r), plain_weave(p.BLACK, r), p.STEEL),
    ),
    Design(
        "white trainers",
        "footwear",
        "trainer",
        lambda c, r: footwear.trainers(
            c, leather(p.WHITE, r, 0.08, 0.4), suede(p.SAGE, r), rubber(p.WHITE, r), jersey(p.SILVER_GREY, r)
        ),
        STIFF,
    ),
    Design(
        "brown ankle boots",
        "footwear",
        "ankle boot",
        lambda c, r: footwear.ankle_boots(
            c, leather(p.BROWN, r, 0.2, 0.5), rubber(p.BLACK, r), ribbed(p.BLACK, r, 8, 0.15), suede(p.SAND, r)
        ),
        STIFF,
    ),
    Design(
        "black pumps",
        "footwear",
        "pump",
        lambda c, r: footwear.pumps(
            c, leather(p.BLACK, r, 0.2, 0.3), leather(p.SAND, r, 0.05, 0.3), leather(p.BLACK, r)
        ),
        STIFF,
    ),
    Design(
        "rose ballerinas",
        "footwear",
        "ballerina",
        lambda c, r: footwear.ballerinas(
            c, leather(p.ROSE, r, 0.25, 0.5), satin(p.ROSE, r), leather(p.SAND, r, 0.05, 0.3)
        ),
        STIFF,
    ),
    Design(
        "canvas tote bag",
        "bags",
        "tote bag",
        lambda c, r: bags.tote_bag(c, sailcloth(p.ECRU, r), sailcloth(p.NAVY, r)),
        STIFF,
    ),
    Design(
        "tan handbag",
        "bags",
        "handbag",
        lambda c, r: bags.handbag(c, leather(p.TAN, r), leather(p.BROWN, r), metal(p.BRASS, r)),
        STIFF,
    ),
    Design("mustard beanie", "accessories", "beanie", lambda c, r: accessories.beanie(c, ribbed(p.MUSTARD, r))),
    Design(
        "straw hat",
        "accessories",
        "hat",
        lambda c, r: accessories.straw_hat(c, straw(p.SAND, r), satin(p.BLACK, r)),
        STIFF,
    ),
    Design(
        "checked scarf",
        "accessories",
        "scarf",
        lambda c, r: accessories.scarf(c, checked(p.ECRU, TARTAN, r), wool(p.ECRU, r)),
    ),
    Design(
        "brown leather belt",
        "accessories",
        "belt",
        lambda c, r: accessories.belt(c, leather(p.BROWN, r), suede(p.TAN, r), metal(p.BRASS, r), p.CAMEL),
        STIFF,
    ),
)
"""All of them, by kind."""
