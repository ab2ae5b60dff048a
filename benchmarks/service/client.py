"""Who asks: `python -m benchmarks.service.client`, a process of its own, so that what it costs can be told apart.

Reads what to do as JSON from stdin, and prints what came of it as JSON.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path

BOUNDARY = "fashionkit"


@dataclass(frozen=True)
class Load:
    """What to ask.

    Attributes:
        port: Where, on loopback.
        path: Such as /analyze.
        photos: Files to send, in turn.
        seconds: For how long requests are begun.
        together: How many clients ask, each anew as soon as it is answered; where `rate` is given, nobody waits.
        rate: Requests a second, whatever the answers.
    """

    port: int
    path: str
    photos: list[str]
    seconds: float
    together: int = 0
    rate: float = 0.0


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        statuses: How many answers of each status; "lost" is a request that was sent and got no answer.
        latencies: Seconds to each answer with status 200.
        seconds: From the first request to the last answer.
        core_seconds: What all of it cost this process.
    """

    statuses: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    core_seconds: float = 0.0


class Asking:
    """Keeps connections open, and asks through them."""

    def __init__(self, load: Load) -> None:
        self.outcome = Outcome()
        self._load = load
        self._requests = itertools.cycle([_request(load.path, Path(photo).read_bytes()) for photo in load.photos])
        self._free: deque[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = deque()

    async def run(self) -> Outcome:
        """Asks as the load says."""
        began, used = time.perf_counter(), time.process_time()
        await (self._open_loop() if self._load.rate else self._closed_loop(began))
        self.outcome.seconds = time.perf_counter() - began
        self.outcome.core_seconds = time.process_time() - used
        return self.outcome

    async def _closed_loop(self, began: float) -> None:
        async def client() -> None:
            while time.perf_counter() - began < self._load.seconds:
                await self._ask()

        await asyncio.gather(*(client() for _ in range(self._load.together)))

    async def _open_loop(self) -> None:
        asked = []
        began = time.perf_counter()
        for place in range(round(self._load.rate * self._load.seconds)):
            await asyncio.sleep(max(0.0, began + place / self._load.rate - time.perf_counter()))
            asked.append(asyncio.create_task(self._ask()))
        await asyncio.gather(*asked)

    async def _ask(self) -> None:
        began = time.perf_counter()
        try:
            reader, writer = self._free.pop() if self._free else await self._connected()
            writer.write(next(self._requests))
            head = await reader.readuntil(b"\r\n\r\n")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        except (OSError, asyncio.IncompleteReadError):
            self.outcome.statuses["lost"] += 1
            return
        status = int(head[9:12])
        self.outcome.statuses[str(status)] += 1
        if b"connection: close" in head.lower():
            writer.close()
        else:
            self._free.append((reader, writer))
        if status == 200:
            self.outcome.latencies.append(time.perf_counter() - began)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self._load.port)


def _request(path: str, photo: bytes) -> bytes:
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'.encode()
        + photo
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


if __name__ == "__main__":
    json.dump(vars(asyncio.run(Asking(Load(**json.load(sys.stdin))).run())), sys.stdout)
