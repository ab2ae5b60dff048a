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
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import quote, urljoin

import httpcore

from fashionkit.errors import DataError
from fashionkit.images import Limits
from fashionkit.images.source import one_line
from fashionkit.service.arriving import Arriving, Upload
from fashionkit.service.hosts import Hosts, Place
from fashionkit.service.problems import Problem, as_asked
from fashionkit.version import __version__

MOST_REDIRECTS = 3
# So that the next address of a host has its turn where nothing comes from one.
SECONDS_TO_CONNECT = 5.0
LOOK_UPS_AT_ONCE = 4
# Nothing compressed: a small body could become a huge one.
HEADERS = [("User-Agent", f"fashionkit/{__version__}"), ("Accept", "image/*"), ("Accept-Encoding", "identity")]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# What is given out to hosts of the open internet; the rest of version 6 is for other uses.
_GIVEN_OUT = ipaddress.ip_network("2000::/3")
# 6to4 and Teredo, which stand for addresses of version 4; relays of 6to4; what reaches the host of an Azure machine.
_NO_HOSTS = [*map(ipaddress.ip_network, ("2002::/16", "2001::/32", "192.88.99.0/24", "168.63.129.16/32"))]


class Fetcher:
    """Fetches photos.

    Args:
        hosts: Where from.
        limits: What a photo may claim.
    """

    def __init__(self, hosts: Hosts, limits: Limits) -> None:
        self._hosts = hosts
        self._limits = limits
        self._ssl = httpcore.default_ssl_context()
        # Of its own: a name that is slow to look up shall not keep others from what asyncio's threads do.
        self._look_ups = ThreadPoolExecutor(LOOK_UPS_AT_ONCE, thread_name_prefix="fashionkit-names")

    async def photos(self, urls: Sequence[str], most: int) -> list[Upload]:
        """The photos at some URLs, one after the other.

        No connection outlives the call, however it ends: what a host leaves open costs nothing later.

        Args:
            urls: As they were asked for.
            most: Bytes that all of them may have together.

        Raises:
            Problem: 422 where one must not be fetched, 413 and 415 as for a photo that is sent, 502 where it cannot be
                had.
        """
        photos: list[Upload] = []
        async with (
            PublicAlone(self._look_ups) as network,
            httpcore.AsyncConnectionPool(ssl_context=self._ssl, network_backend=network) as pool,
        ):
            for url in urls:
                photos.append(await self._photo(pool, url, most - sum(map(len, photos))))
        return photos

    def close(self) -> None:
        """Lets the threads go; does not wait for names that are still looked up."""
        self._look_ups.shutdown(wait=False, cancel_futures=True)

    async def _photo(self, pool: httpcore.AsyncConnectionPool, url: str, most: int) -> Upload:
        with as_asked():
            place = self._hosts.place(url)
        try:
            for _ in range(MOST_REDIRECTS + 1):
                async with pool.stream("GET", _address(place), headers=HEADERS) as answer:
                    if answer.status not in _REDIRECTS:
                        return await self._read(answer, url, most)
                    place = self._redirected(place, _header(answer, b"location"), url)
        # OSError: of TLS, once the connection stands.
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            raise _not_had(url, one_line(str(error)) or type(error).__name__) from error
        raise _not_had(url, f"it is redirected more than {MOST_REDIRECTS} times")

    def _redirected(self, place: Place, where: str, url: str) -> Place:
        """Where to go on; what the host wrote there is not told, as it may hold keys."""
        if not where:
            raise _not_had(url, "it is redirected, and not said where to")
        written = f"{place.scheme}://{place.host}:{place.port}{place.target}"
        try:
            # Many hosts write UTF-8 as it is.
            found = self._hosts.place(urljoin(written, quote(where, safe=_AS_IT_IS, encoding="latin-1")))
        except (DataError, ValueError) as error:
            raise _not_had(url, "it is redirected to where photos are not fetched from") from error
        if (place.scheme, found.scheme) == ("https", "http"):
            raise _not_had(url, "it is redirected from https to http")
        return found

    async def _read(self, answer: httpcore.Response, url: str, most: int) -> Upload:
        if answer.status != HTTPStatus.OK:
            raise _not_had(url, f"its host answers {answer.status}")
        if _header(answer, b"content-encoding") not in ("", "identity"):
            raise _not_had(url, "its host sends it compressed, unasked")
        declared = _header(answer, b"content-length")
        whole = int(declared) if re.fullmatch("[0-9]{1,18}", declared) else most
        photo = Arriving(one_line(url), self._limits, whole)
        _check_size(url, whole, most)
        async for chunk in answer.aiter_stream():
            _check_size(url, len(photo) + len(chunk), most)
            photo.write(chunk)
            await photo.look()
        return photo.ended()


class PublicAlone(httpcore.AsyncNetworkBackend):
    """Connects to hosts all of whose addresses are public, and closes what it opened when it is left.

    Args:
        look_ups: Threads in which names are looked up.
    """

    def __init__(self, look_ups: ThreadPoolExecutor) -> None:
        self._look_ups = look_ups
        self._any = httpcore.AnyIOBackend()
        self._opened: list[httpcore.AsyncNetworkStream] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # httpcore forgets a connection that is given up in the middle of TLS's handshake.
        for stream in self._opened:
            await stream.aclose()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first address that answers.

        Raises:
            Problem: 422, one is not public.
            httpcore.ConnectError, httpcore.ConnectTimeout: There is none, or none answers.
        """
        problem: Exception = httpcore.ConnectError("its host has no address")
        for address in await self._addresses(host, port):
            try:
                stream = await self._any.connect_tcp(
                    address, port, timeout or SECONDS_TO_CONNECT, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                self._opened.append(stream)
                return stream
        raise problem

    async def sleep(self, seconds: float) -> None:
        """Waits."""
        await self._any.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        looked_up = asyncio.get_running_loop().run_in_executor(self._look_ups, _looked_up, host, port)
        try:
            addresses = await looked_up
        except OSError as error:
            raise httpcore.ConnectError(f"its host is not known ({error.strerror})") from error
        if not all(map(is_public, addresses)):
            raise Problem(
                HTTPStatus.UNPROCESSABLE_ENTITY, f"photos are not fetched from {host}: its address is not a public one"
            )
        return addresses


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, and stands for no other.

    >>> [is_public(each) for each in ("93.184.215.14", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False]
    """
    parsed = ipaddress.ip_address(address.partition("%")[0])
    return (
        parsed.is_global
        and not parsed.is_multicast
        and (parsed.version == _VERSION_4 or parsed in _GIVEN_OUT)
        and not any(parsed in network for network in _NO_HOSTS if network.version == parsed.version)
    )


_VERSION_4 = 4
# All that may stand in an URL, percent signs too; the rest is percent-encoded.
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))


def _looked_up(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _check_size(url: str, size: int, most: int) -> None:
    if size > most:
        detail = f"{one_line(url)}: it has more than the {most:,} bytes that are left of what one request may hold"
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)


def _address(place: Place) -> httpcore.URL:
    return httpcore.URL(scheme=place.scheme, host=place.host, port=place.port, target=place.target)


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "").strip()


def _not_had(url: str, why: str) -> Problem:
    return Problem(HTTPStatus.BAD_GATEWAY, f"url {url!r:.200} could not be fetched: {why}")
