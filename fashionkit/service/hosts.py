"""The hosts that photos may be fetched from: those that are listed, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

from fashionkit.errors import ConfigError, DataError

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 4096
# What may stand in an URL, without what parsers read in different ways.
_WRITTEN = re.compile(r"[!-\[\]-~]+")
_USER = re.compile(r"//.*@")
_NAME = re.compile(r"(?=.{1,253}$)(?!-)[a-z0-9_-]{1,63}(\.(?!-)[a-z0-9_-]{1,63})*")


class Place(NamedTuple):
    """Where a photo lies, as it is asked for: nothing parses the URL again.

    >>> Place("https", "images.example.com", 443, "/shirt.jpg?w=800").host
    'images.example.com'
    """

    scheme: str
    host: str
    port: int
    target: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """Names of hosts, each with the ports that may be asked there.

    >>> hosts = Hosts.listed(["Images.example.com", "cdn.example.com:8443"])
    >>> hosts.place("https://images.example.com/shirt.jpg#top")
    Place(scheme='https', host='images.example.com', port=443, target='/shirt.jpg')
    """

    known: frozenset[tuple[str, int]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.known)

    @classmethod
    def listed(cls, names: Iterable[str]) -> Self:
        """As people list them: a name, for the usual ports of http and https, or name:port.

        Raises:
            ConfigError: One is no name of a host.
        """
        if isinstance(names, str):
            raise ConfigError(f"hosts are listed, got the one text {names!r:.80}; give [{names!r:.80}]")
        return cls(frozenset(place for name in names for place in _places(name)))

    def place(self, url: str) -> Place:
        """What is asked for, checked.

        Raises:
            DataError: It is no URL, or not of a host that is listed.
        """
        parts = _split(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        if (host, port) not in self.known:
            raise _unfit(url, f"photos are not fetched from {host}, port {port}; send the photo itself")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Place(parts.scheme, host, port, target)


def _places(name: str) -> list[tuple[str, int]]:
    host, colon, port = name.strip().lower().partition(":")
    ports = [*PORTS.values()] if not colon else [int(port)] if re.fullmatch("[0-9]{1,5}", port) else []
    if not _NAME.fullmatch(host) or not all(0 < each < 2**16 for each in ports) or not ports:
        raise ConfigError(
            f"{name!r:.300} is no host to fetch from; give a name such as images.example.com, or name:port "
            "(letters beyond ASCII as xn--…)"
        )
    return [(host, each) for each in ports]


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST_URL:
        raise _unfit(url, f"it has more than {LONGEST_URL:,} characters; send the photo itself")
    if not _WRITTEN.fullmatch(url):
        raise _unfit(url, "it holds characters that an URL has not; write it percent-encoded")
    try:
        parts = urlsplit(url)
        fits = parts.scheme in PORTS and parts.hostname and parts.port != 0
    except ValueError:  # a port that is none, brackets that do not fit
        fits = False
    if not fits:
        raise _unfit(url, "it is no URL; give one such as https://images.example.com/shirt.jpg")
    if "@" in parts.netloc:
        raise _unfit(url, "it holds a user's name; photos are fetched without")
    return parts


def _unfit(url: str, wrong: str) -> DataError:
    # A password is not for logs.
    return DataError(f"url {_USER.sub('//…@', url)!r:.200}: {wrong}")
