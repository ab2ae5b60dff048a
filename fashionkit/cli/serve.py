"""`fashionkit serve`: the tasks over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from fashionkit.cli.exits import answering
from fashionkit.cli.options import Host, KeyFile, Lanes, MaxPixels, MaxUpload, ModelName, Port, Queue, Timeout


def serve(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    model: ModelName = "default",
    catalogue: Annotated[
        str | None, typer.Option("--catalogue", metavar="FOLDER", help="Catalogue to search and add to.")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="Make the catalogue where there is none.")] = False,
    fetch_from: Annotated[
        list[str] | None,
        typer.Option("--fetch-from", metavar="HOST", help="Fetch photos from there that are named by URL; repeatable."),
    ] = None,
    keys: KeyFile = None,
    threads: Lanes = None,
    max_upload: MaxUpload = 16.0,
    max_pixels: MaxPixels = 50.0,
    queue: Queue = 64,
    timeout: Timeout = 30.0,
) -> None:
    """Answer over HTTP: what garments are, what goes together, what looks alike.

    Prints its address when it is ready. /openapi.json says what can be asked; without --catalogue there is nothing to
    search. A request beyond the queue is told to come again (503). SIGTERM or Ctrl-C answers what was taken in, closes
    the catalogue, and ends.

    Keys may also stand in FASHIONKIT_API_KEYS, separated by commas. Without any, whoever reaches the address may ask,
    add and remove. There is no TLS: put it behind a proxy that has it where others shall reach it.

    \b
    Examples:
      fashionkit serve --port 8000
      fashionkit serve --catalogue my-catalogue --create --keys keys.txt
      curl -F file=@shirt.jpg http://127.0.0.1:8000/analyze
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.serving import listen_and_answer, settings  # noqa: PLC0415  # slow to import

        asked = settings(
            model=model,
            catalogue=catalogue,
            create=create,
            fetch_from=fetch_from or (),
            keys=keys,
            threads=threads,
            max_megabytes=max_upload,
            max_megapixels=max_pixels,
            queue=queue,
            timeout=timeout,
        )
        listen_and_answer(asked, host, port, out)
