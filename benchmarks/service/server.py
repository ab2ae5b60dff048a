"""The service that is measured, in a process of its own: `python -m benchmarks.service.server`.

It has one address more than `fashionkit serve`: `/nothing` takes a photo as `/analyze` does, and answers as many bytes
without having looked at it. What it costs is what HTTP costs.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from fastapi import Request, Response

from fashionkit.service import Settings
from fashionkit.service.app import create_app
from fashionkit.service.routes.photos import ONE_PHOTO
from fashionkit.service.routes.written import written
from fashionkit.service.server import address_of, listen, run
from fashionkit.service.upload import Form


def main() -> None:
    """Serves until it is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="default")
    parser.add_argument("--queue", type=int, default=64)
    parser.add_argument("--threads", type=int)
    given = parser.parse_args()
    settings = Settings(model=given.model, queue=given.queue, threads=given.threads)
    app = create_app(settings)
    analysis = app.state.offers.analyzer.analyze(np.zeros((8, 8, 3), np.uint8)).to_dict()
    del analysis["embedding"]

    def work(form: Form) -> dict[str, Any]:
        form.photo()
        return analysis

    @app.post("/nothing")
    async def nothing(request: Request) -> Response:
        return written(await app.state.desk.answer_form(request, ONE_PHOTO, work))

    with listen("127.0.0.1", 0) as bound:
        run(app, settings, bound, lambda: print(address_of(bound), flush=True))


if __name__ == "__main__":
    main()
