"""Photos that a request names by URL, fetched from hosts that the operator listed.

Whoever asks chooses the URL, so it must lead nowhere else: the host is one of those listed, at every redirect anew; its
name must stand for public addresses alone, and what is connected to is the address that was looked at, so that a name
which stands for another a moment later gains nothing. No name, cookie, key or proxy of this machine is used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import urljoin

import httpcore

from fashionkit.images import Limits
from fashionkit.images.source import one_line
from fashionkit.service.arriving import Arriving, Upload
from fashionkit.service.hosts import Hosts, Place
from fashionkit.service.problems import Problem, as_asked
from fashionkit.version import __version__

MOST_REDIRECTS = 3
MOST_CONNECTIONS = 64
SECONDS_UNUSED = 5.0
# Nothing compressed: a small body could become a huge one.
HEADERS = [("User-Agent", f"fashionkit/{__version__}"), ("Accept", "image/*"), ("Accept-Encoding", "identity")]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Addresses of version 6 that stand for one of version 4, which may be any.
_STANDS_FOR_ANOTHER = [
    ipaddress.ip_network(each) for each in ("::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
]


class Fetcher:
    """Fetches photos; used in one event loop.

    Args:
        hosts: Where from.
        limits: What a photo may claim.
    """

    def __init__(self, hosts: Hosts, limits: Limits) -> None:
        self._hosts = hosts
        self._limits = limits
        self._pool = httpcore.AsyncConnectionPool(
            max_connections=MOST_CONNECTIONS, keepalive_expiry=SECONDS_UNUSED, network_backend=PublicAlone()
        )

    async def photo(self, url: str, most: int) -> Upload:
        """The photo at an URL.

        Args:
            url: As it was asked for.
            most: Bytes that it may have.

        Raises:
            Problem: 422 where it must not be fetched, 413 and 415 as for a photo that is sent, 502 where it cannot be
                had.
        """
        asked = url
        for _ in range(MOST_REDIRECTS + 1):
            with as_asked():
                place = self._hosts.place(asked)
            try:
                async with self._pool.stream("GET", _address(place), headers=HEADERS) as answer:
                    if answer.status not in _REDIRECTS:
                        return await self._read(answer, one_line(url), most)
                    asked = _redirected(asked, _header(answer, b"location"))
            except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
                raise _not_had(url, one_line(str(error)) or type(error).__name__) from error
        raise _not_had(url, f"it is redirected more than {MOST_REDIRECTS} times")

    async def close(self) -> None:
        """Closes what connections there are."""
        await self._pool.aclose()

    async def _read(self, answer: httpcore.Response, name: str, most: int) -> Upload:
        if answer.status != HTTPStatus.OK:
            raise _not_had(name, f"its host answers {answer.status}")
        if _header(answer, b"content-encoding") not in ("", "identity"):
            raise _not_had(name, "its host sends it compressed, unasked")
        declared = _header(answer, b"content-length")
        whole = int(declared) if re.fullmatch("[0-9]{1,18}", declared) else most
        photo = Arriving(name, self._limits, whole)
        async for chunk in answer.aiter_stream():
            if max(whole, len(photo) + len(chunk)) > most:
                detail = f"{name}: it has more than the {most:,} bytes that are left of what one request may hold"
                raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            photo.write(chunk)
            await photo.look()
        return photo.ended()


class PublicAlone(httpcore.AsyncNetworkBackend):
    """Connects to hosts all of whose addresses are public."""

    def __init__(self) -> None:
        self._any = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # as httpcore calls it
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first address that answers.

        Raises:
            Problem: 422, one is not public.
            httpcore.ConnectError, httpcore.ConnectTimeout: There is none, or none answers.
        """
        problem: Exception = httpcore.ConnectError("its host has no address")
        for address in await _addresses(host, port):
            try:
                return await self._any.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
        raise problem

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._any.sleep(seconds)


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, and stands for no other.

    >>> [is_public(each) for each in ("93.184.215.14", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False]
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return (
        parsed.is_global
        and not parsed.is_multicast
        and not any(parsed in network for network in _STANDS_FOR_ANOTHER if network.version == parsed.version)
    )


async def _addresses(host: str, port: int) -> list[str]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore.ConnectError(f"its host is not known ({error.strerror})") from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    if not all(map(is_public, addresses)):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"photos are not fetched from {host}: its address is not a public one"
        )
    return addresses


def _redirected(url: str, where: str) -> str:
    try:
        return urljoin(url, where)
    except ValueError:
        raise _not_had(url, "it is redirected to what is no URL") from None


def _address(place: Place) -> httpcore.URL:
    return httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "").strip()


def _not_had(url: str, why: str) -> Problem:
    return Problem(HTTPStatus.BAD_GATEWAY, f"url {url!r:.200} could not be fetched: {why}")
