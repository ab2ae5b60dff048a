"""What is measured of a service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.service.client import Load, Outcome
from fashionkit import Analyzer

WARM_UP = 3.0
# As many clients as keep every core busy, and fewer than the queue takes in.
TOGETHER = 32


class Service:
    """A running service.

    Attributes:
        port: On loopback.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self.port = int(address.rpartition(":")[2])

    def metric(self, name: str) -> float:
        """The value of a metric without labels."""
        with urllib.request.urlopen(f"{self._address}/metrics") as answer:  # noqa: S310  # our own
            lines = answer.read().decode().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))

    def ask(self, path: str, photos: Sequence[Path], seconds: float, **how: float) -> Outcome:
        """Has a process of its own ask."""
        load = Load(self.port, path, list(map(str, photos)), seconds, **how)  # type: ignore[arg-type]
        command = [sys.executable, "-m", "benchmarks.service.client"]
        done = subprocess.run(command, input=json.dumps(asdict(load)), stdout=subprocess.PIPE, text=True, check=True)
        told = json.loads(done.stdout)
        return Outcome(**{**told, "statuses": Counter(told["statuses"])})


@contextmanager
def running(model: str, queue: int, threads: int) -> Iterator[Service]:
    """A service for as long as it is needed; it must end without an error when it is told to."""
    command = [sys.executable, "-m", "benchmarks.service.server", "--model", model]
    command += ["--queue", str(queue), "--threads", str(threads)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Service(process.stdout.readline().strip())
        finally:
            process.terminate()
    if process.returncode:
        raise SystemExit(f"the service ended with {process.returncode}")


def runtime_core_seconds(model: str, photos: Sequence[Path], cores: int, rounds: int) -> float:
    """What one photo costs the library, with every core at work: core-seconds from bytes to answers."""
    contents = [photo.read_bytes() for photo in photos]
    analyzers = [Analyzer.load(model, threads=1) for _ in range(cores)]
    for analyzer in analyzers:
        list(analyzer.stream(contents[:32]))
    threads = [
        threading.Thread(target=lambda analyzer=analyzer: [list(analyzer.stream(contents)) for _ in range(rounds)])
        for analyzer in analyzers
    ]
    began = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return (time.process_time() - began) / (len(contents) * rounds * cores)


def http_core_seconds(service: Service, photos: Sequence[Path], seconds: float) -> dict[str, float]:
    """What one request costs beside the model: server and client, core-seconds each."""
    service.ask("/nothing", photos, WARM_UP, together=TOGETHER)
    used = service.metric("process_cpu_seconds_total")
    outcome = service.ask("/nothing", photos, seconds, together=TOGETHER)
    answered = outcome.statuses["200"]
    return {
        "server": (service.metric("process_cpu_seconds_total") - used) / answered,
        "client": outcome.core_seconds / answered,
    }


def at_capacity(service: Service, photos: Sequence[Path], seconds: float) -> dict[str, Any]:
    """As many requests as it answers: clients that each ask anew as soon as they are answered."""
    service.ask("/analyze", photos, WARM_UP, together=TOGETHER)
    used = service.metric("process_cpu_seconds_total")
    batches, taken = service.metric("fashionkit_batch_photos_count"), service.metric("fashionkit_batch_photos_sum")
    outcome = service.ask("/analyze", photos, seconds, together=TOGETHER)
    spent = service.metric("process_cpu_seconds_total") - used
    answered = outcome.statuses["200"]
    return {
        "clients": TOGETHER,
        "requests/s": answered / outcome.seconds,
        "statuses": outcome.statuses,
        "milliseconds": _percentiles(outcome.latencies),
        "photos a batch": (service.metric("fashionkit_batch_photos_sum") - taken)
        / (service.metric("fashionkit_batch_photos_count") - batches),
        "cores busy": (spent + outcome.core_seconds) / outcome.seconds,
        "core-milliseconds a request": 1000 * (spent + outcome.core_seconds) / answered,
    }


def beyond(service: Service, photos: Sequence[Path], seconds: float, rate: float) -> dict[str, Any]:
    """More requests than it can answer, which come whether it answers or not."""
    memory: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            memory.append(service.metric("process_resident_memory_bytes"))

    before, used = service.metric("process_resident_memory_bytes"), service.metric("process_cpu_seconds_total")
    watching = threading.Thread(target=watch)
    watching.start()
    outcome = service.ask("/analyze", photos, seconds, rate=rate)
    over.set()
    watching.join()
    spent = service.metric("process_cpu_seconds_total") - used + outcome.core_seconds
    half = len(memory) // 2
    return {
        "requests/s asked": rate,
        "requests/s answered": outcome.statuses["200"] / outcome.seconds,
        "statuses": outcome.statuses,
        "lost": outcome.statuses["lost"],
        "cores busy": spent / outcome.seconds,
        "core-milliseconds an answer with 200": 1000 * spent / outcome.statuses["200"],
        "taken in and not answered": service.metric("fashionkit_requests_inside"),
        "milliseconds": _percentiles(outcome.latencies),
        "MB before": before / 1e6,
        "MB in the first half, at most": max(memory[:half], default=before) / 1e6,
        "MB in the second half, at most": max(memory[half:], default=before) / 1e6,
    }


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0))


def _percentiles(latencies: Sequence[float]) -> dict[str, float]:
    return {f"p{share}": 1000 * float(np.percentile(latencies, share)) for share in (50, 95, 99)}
