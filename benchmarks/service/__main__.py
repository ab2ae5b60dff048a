"""Measures the service under load on loopback, against its bound, and writes what it found.

    python -m benchmarks.service --photos PHOTOS

The bound is what the machine could answer if nothing were lost: cores / (core-seconds that the library takes for a
photo + those that HTTP takes of server and client for a request). Writes `benchmarks/results/service.json` and `.md`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.machine import machine
from benchmarks.service.measure import at_capacity, beyond, cores, http_core_seconds, running, runtime_core_seconds
from benchmarks.service.page import page

RESULTS = Path(__file__).parents[1] / "results"
PHOTOS = 64


def main() -> None:
    """Measures and writes."""
    given = _arguments()
    photos = sorted(given.photos.rglob("*.jpg"))[:PHOTOS]
    if not photos:
        raise SystemExit(f"{given.photos}: no .jpg is in it")
    runtime = runtime_core_seconds(given.model, photos, cores(), given.rounds)
    with running(given.model, given.queue, cores()) as service:
        http = http_core_seconds(service, photos, given.seconds)
        capacity = at_capacity(service, photos, given.seconds)
    # Anew, so that memory is told from its beginning.
    with running(given.model, given.queue, cores()) as service:
        service.ask("/analyze", photos, 3.0, together=8)
        overload = beyond(service, photos, 2 * given.seconds, 2 * capacity["requests/s"])
    bound = cores() / (runtime + sum(http.values()))
    found = {
        "machine": machine(),
        "model": given.model,
        "queue": given.queue,
        "photos": len(photos),
        "bytes a photo": sum(photo.stat().st_size for photo in photos) / len(photos),
        "core-milliseconds": {
            "library, a photo": 1000 * runtime,
            **{f"HTTP, {side}": 1000 * each for side, each in http.items()},
        },
        "bound, requests/s": bound,
        "share of the bound": capacity["requests/s"] / bound,
        "at capacity": capacity,
        "twice its capacity": overload,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "service.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (RESULTS / "service.md").write_text(page(found), encoding="utf-8")
    print(page(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=Path, required=True, help="a folder of JPEGs, of which 64 are sent in turn")
    parser.add_argument("--model", default="default")
    parser.add_argument("--queue", type=int, default=64, help="requests taken in at once (default: 64)")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement (default: 20)")
    parser.add_argument("--rounds", type=int, default=5, help="through the photos, for the library (default: 5)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
