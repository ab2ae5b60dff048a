"""One page that shows what the package sees: a folder of photos in, one HTML file out.

This room collects photos (or takes drawn garments), asks a model all it knows about them in one pass, finds what looks
alike and what would make an outfit, and writes that as one self-contained page which needs no network. It may import
`tasks` and everything below it, and numpy, PIL and jinja2; it never imports torch. Only `cli` and
`service.ui` may import it.
"""

from __future__ import annotations

from fashionkit.demo.collect import MAX_PHOTOS
from fashionkit.demo.report import DemoReport, Progress, Unreadable
from fashionkit.demo.write_page import write_page

__all__ = ["MAX_PHOTOS", "DemoReport", "Progress", "Unreadable", "write_page"]
