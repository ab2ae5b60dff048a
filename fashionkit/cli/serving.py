"""What `fashionkit serve` does."""

from __future__ import annotations

import ipaddress
import logging
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, TextIO

from fashionkit.cli.exits import tell
from fashionkit.cli.holding import check_there
from fashionkit.cli.printable import printable
from fashionkit.errors import ConfigError, EngineError
from fashionkit.images.limits import MEGA
from fashionkit.service import Hosts, Keys, Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

NEEDED = frozenset({"fastapi", "httpcore", "prometheus_client", "python_multipart", "uvicorn", "starlette", "pydantic"})


def settings(
    *,
    model: str,
    catalogue: str | None,
    create: bool,
    keys: str | None,
    threads: int | None,
    max_megabytes: float,
    max_megapixels: float,
    queue: int,
    timeout: float,
    fetch_from: Iterable[str] = (),
) -> Settings:
    """The settings that the command line asks for.

    Raises:
        ConfigError: One is not what it must be.
    """
    return Settings(
        model=model,
        catalogue=catalogue,
        create=create,
        hosts=Hosts.listed(fetch_from),
        keys=Keys.configured(keys),
        threads=threads,
        max_upload=_millions(max_megabytes, "--max-upload"),
        max_pixels=_millions(max_megapixels, "--max-pixels"),
        queue=queue,
        timeout=timeout,
    )


def listen_and_answer(asked: Settings, host: str, port: int, out: TextIO) -> None:
    """Serves until it is told to stop.

    Raises:
        EngineError: What it needs is not installed.
        ConfigError: The address cannot be listened on.
        ModelError, CatalogueError: As for `create_app`.
    """
    with of_extra("serve", NEEDED):
        from fashionkit.service.app import create_app  # noqa: PLC0415  # may be absent
    listen_with(lambda: nullcontext(create_app(asked)), asked, host, port, out)


def listen_with(
    made: Callable[[], AbstractContextManager[FastAPI]], asked: Settings, host: str, port: int, out: TextIO
) -> None:
    """Writes the address, once what is made after listening on it is ready, and serves that until told to stop.

    Raises:
        ConfigError: The address cannot be listened on.
        CatalogueError: The catalogue is not there.
    """
    from fashionkit.service.server import address_of, listen, run  # noqa: PLC0415  # of an extra that may be absent

    if asked.catalogue is not None and not asked.create:
        check_there(asked.catalogue)
    # What is wrong with the service itself, beside the answers that say what is wrong with a request.
    logging.basicConfig(format="%(levelname)s: %(message)s", level=logging.WARNING)
    # It warns of what strangers send, which is answered.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    with listen(host, port) as bound:
        address = address_of(bound)
        if not asked.keys and not _only_here(bound.getsockname()[0]):
            tell(f"warning: {address} is open to others, and no key is asked for; give --keys FILE")

        def ready() -> None:
            out.write(f"{printable(address)}\n")
            out.flush()

        with made() as app:
            run(app, asked, bound, ready)


@contextmanager
def of_extra(extra: str, needed: frozenset[str]) -> Iterator[None]:
    """Imports within say what to install where a package of the extra is missing.

    Raises:
        EngineError: One of `needed` is.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name not in needed:
            raise
        raise EngineError(
            f"{extra} needs {error.name}, which is not installed; pip install 'fashionkit[{extra}]'"
        ) from error


def _only_here(host: str) -> bool:
    return ipaddress.ip_address(host.partition("%")[0]).is_loopback


def _millions(value: float, option: str) -> int:
    if not math.isfinite(value) or not value > 0:
        raise ConfigError(f"{option} is {value}; give a number above 0")
    return max(1, round(value * MEGA))
