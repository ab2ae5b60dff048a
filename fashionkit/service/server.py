"""Listening, and stopping gracefully: what was taken in is answered, then the catalogue is closed."""

from __future__ import annotations

import math
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from fashionkit.errors import ConfigError, first_line
from fashionkit.service.settings import Settings

# An id of 4,096 characters, percent-encoded, takes 48 KiB of the address; h11 would take 16 for all of the head.
LONGEST_HEAD = 64 * 1024
# Waiting connections while all are busy.
BACKLOG = 2048
# After the longest answer: for clients that do not take theirs.
SECONDS_TO_TAKE_IT = 5


class Server(uvicorn.Server):
    """A uvicorn server that says when it is ready, and ends without an error where it is told to stop."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, then says so."""
        await super().startup(sockets)
        self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops at SIGINT and SIGTERM; uvicorn would raise them anew once it has stopped."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def listen(host: str, port: int) -> socket.socket:
    """A socket that is bound, but not yet listening.

    Args:
        host: A name or an address of this machine.
        port: 0 takes any that is free.

    Raises:
        ConfigError: The address is not ours, or taken.
    """
    bound = None
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
        if hasattr(signal, "SIGKILL"):  # on Windows it would let two services share a port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except (OSError, OverflowError, UnicodeError) as error:
        if bound is not None:
            bound.close()
        raise ConfigError(
            f"cannot listen on {host!r:.80}, port {port}: {first_line(error)}; give another --host or --port"
        ) from error
    return bound


def address_of(bound: socket.socket) -> str:
    """Where a bound socket is reached, as a URL."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"


def run(app: FastAPI, settings: Settings, bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serves until SIGINT or SIGTERM comes, and ends when what was taken in is answered; a second SIGINT ends at once.

    Args:
        app: What answers.
        settings: How long an answer may take.
        bound: Where to listen.
        ready: Called when it listens.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        # Whoever sends what is no HTTP would fill the log.
        log_level="error",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=LONGEST_HEAD,
        timeout_graceful_shutdown=math.ceil(settings.timeout) + SECONDS_TO_TAKE_IT,
    )
    Server(config, ready).run([bound])
