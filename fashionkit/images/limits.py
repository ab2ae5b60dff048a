"""How much a photo may claim before it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from fashionkit.errors import ConfigError, ImageError

MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that are checked against a photo's header, before its pixels take any memory.

    A file is believed as far as its own size goes: `free_pixels` are allowed to any file, and each byte of it buys
    `pixels_per_byte` more, up to `max_pixels`. Camera JPEGs spend 0.1 to 1 byte on a pixel, so a real 50 megapixel
    photo (5 to 25 MB) is far within; even one of a single colour (0.016 byte a pixel) still passes. A
    file of 300 kB that claims 100 megapixels is refused with nothing decoded.

    Attributes:
        max_pixels: Most pixels (width x height) of any source: file, PIL image, array or tensor. The default is
            Pillow's own `MAX_IMAGE_PIXELS`, above which it would warn; here it refuses. Decoding needs about ten
            bytes a pixel at its peak, so the default bounds one photo to 0.9 GB. A value above the default also
            meets Pillow's line, which warns above it and refuses above twice that.
        max_bytes: Most bytes of an encoded file. The default is what `max_pixels` take as plain 8-bit RGB.
        free_pixels: Pixels that any file may claim, however small it is (a flat drawing compresses a thousandfold).
        pixels_per_byte: Further pixels for each byte of the file.

    Raises:
        ConfigError: One of them is not a positive whole number.

    >>> DEFAULT_LIMITS.pixels_for(300_000)
    41600000
    >>> DEFAULT_LIMITS.pixels_for(5_000_000)
    89478485
    """

    max_pixels: int = 89_478_485
    max_bytes: int = 256 * 1024 * 1024
    free_pixels: int = 32 * MEGA
    pixels_per_byte: int = 32

    def __post_init__(self) -> None:
        for name in ("max_pixels", "max_bytes", "free_pixels", "pixels_per_byte"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ConfigError(f"Limits({name}={value!r}): expected a whole number of at least 1")

    def pixels_for(self, file_bytes: int) -> int:
        """Most pixels that a file of so many bytes may claim."""
        return min(self.max_pixels, self.free_pixels + file_bytes * self.pixels_per_byte)

    def check_pixels(self, label: str, height: int, width: int) -> None:
        """Refuses pixels that are in memory already, or about to be.

        Raises:
            ImageError: No pixels at all, or more than `max_pixels`; `label` names the source in it.
        """
        if height < 1 or width < 1:
            raise ImageError(label, f"it has no pixels ({width}x{height}); give a photo of at least 1x1")
        if height * width > self.max_pixels:
            raise ImageError(label, _too_many(height, width, self.max_pixels, "Limits(max_pixels=…)"))

    def check_file(self, label: str, height: int, width: int, file_bytes: int) -> None:
        """Refuses a file whose header claims more than its size makes believable.

        Raises:
            ImageError: No pixels at all, more than `max_pixels`, or more than `pixels_for(file_bytes)`.
        """
        self.check_pixels(label, height, width)
        allowed = self.pixels_for(file_bytes)
        if height * width > allowed:
            reason = _too_many(height, width, allowed, "Limits(free_pixels=…)")
            raise ImageError(label, f"a file of {file_bytes:,} bytes {reason}")

    def check_bytes(self, label: str, file_bytes: int) -> None:
        """Refuses a file that is too large to be read.

        Raises:
            ImageError: More than `max_bytes`.
        """
        if file_bytes > self.max_bytes:
            raise ImageError(
                label,
                f"it has more bytes than the {self.max_bytes:,} allowed; if you trust it, raise Limits(max_bytes=…)",
            )


def _too_many(height: int, width: int, allowed: int, knob: str) -> str:
    return (
        f"claims {width}x{height} pixels ({height * width / MEGA:,.1f} megapixels), more than the "
        f"{allowed / MEGA:,.1f} allowed; if you trust it, raise {knob}"
    )


DEFAULT_LIMITS = Limits()
