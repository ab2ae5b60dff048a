"""What a service serves, and how much it takes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from fashionkit.config import positive_int
from fashionkit.errors import ConfigError
from fashionkit.images import Limits
from fashionkit.images.limits import MEGA
from fashionkit.runtime import EngineOptions
from fashionkit.runtime.engine import usable_cores
from fashionkit.service.hosts import Hosts
from fashionkit.service.keys import Keys

MEBI = 1024 * 1024
LONGEST_TIMEOUT = 3600.0
# Threads that wait for the engine on behalf of a request, for each that computes: enough for its next two batches.
WAITING_FOR_EACH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a service, checked when they are made.

    What it may take of memory at once is about `queue` × `max_upload`, and for each thread ten bytes a pixel of
    `max_pixels` while a photo of that size is decoded.

    Attributes:
        model: "default", the folder of a checkpoint, or `hf://owner/name`.
        catalogue: The folder of the catalogue, where there shall be one.
        create: Make the catalogue where there is none.
        hosts: Where photos may be fetched from that a form names by URL; nowhere where none are listed.
        keys: Who may ask; everybody who reaches it where there are none.
        threads: How many photos are decoded and how many batches computed at once; every usable core where None.
        max_upload: Most bytes of what one request sends.
        max_pixels: Most pixels of a photo.
        queue: Most requests that are taken in at once; the next one is told to come again.
        timeout: Seconds that a request may take, from its first byte to its answer.

    Raises:
        ConfigError: One of them is not what it must be.

    >>> Settings(queue=0)
    Traceback (most recent call last):
    fashionkit.errors.ConfigError: queue, how many requests are taken in at once, must be an int above 0; got 0
    """

    model: str = "default"
    catalogue: str | None = None
    create: bool = False
    hosts: Hosts = field(default_factory=Hosts)
    keys: Keys = field(default_factory=Keys)
    threads: int | None = None
    max_upload: int = 16 * MEBI
    max_pixels: int = 50 * MEGA
    queue: int = 64
    timeout: float = 30.0

    def __post_init__(self) -> None:
        positive_int(self.queue, "queue, how many requests are taken in at once")
        positive_int(self.max_upload, "max_upload, how many bytes a request may send")
        positive_int(self.max_pixels, "max_pixels, how many pixels a photo may have")
        EngineOptions(threads=self.threads)
        is_number = isinstance(self.timeout, int | float) and not isinstance(self.timeout, bool)
        if not is_number or not 0 < self.timeout <= LONGEST_TIMEOUT:
            raise ConfigError(
                f"timeout is {self.timeout!r:.40}; give seconds above 0 and at most {LONGEST_TIMEOUT:.0f}"
            )
        if self.create and self.catalogue is None:
            raise ConfigError("create makes a catalogue, and none is named; give its folder with --catalogue")

    @property
    def lanes(self) -> int:
        """How many photos are decoded, and how many batches computed, at once."""
        return int(self.threads or usable_cores())

    @property
    def workers(self) -> int:
        """Threads in which requests are answered, nearly all of the time by waiting for the engine."""
        return min(self.queue, WAITING_FOR_EACH * self.lanes)

    @property
    def limits(self) -> Limits:
        """What a photo may claim, as `images` checks it."""
        return Limits(max_pixels=self.max_pixels, max_bytes=self.max_upload)
