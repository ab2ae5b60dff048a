"""`fashionkit serve`: the tasks over HTTP."""

from __future__ import annotations

from typing import Annotated

import typer

from fashionkit.cli.exits import answering
from fashionkit.cli.options import ModelName


def serve(
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes any that is free.")
    ] = 8000,
    model: ModelName = "default",
    catalogue: Annotated[
        str | None, typer.Option("--catalogue", metavar="FOLDER", help="Catalogue to search and add to.")
    ] = None,
    create: Annotated[bool, typer.Option("--create", help="Make the catalogue where there is none.")] = False,
    keys: Annotated[
        str | None, typer.Option("--keys", metavar="FILE", help="Keys, one a line; whoever asks must show one.")
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option("--threads", metavar="COUNT", min=1, show_default="all cores", help="Photos computed at once."),
    ] = None,
    max_upload: Annotated[
        float, typer.Option("--max-upload", metavar="MEGABYTES", help="Most that one request may send.")
    ] = 16.0,
    max_pixels: Annotated[
        float, typer.Option("--max-pixels", metavar="MEGAPIXELS", help="Most that a photo may have.")
    ] = 50.0,
    queue: Annotated[int, typer.Option("--queue", metavar="COUNT", min=1, help="Most requests taken in at once.")] = 64,
    timeout: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", help="Most that a request may take.")
    ] = 30.0,
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
            keys=keys,
            threads=threads,
            max_megabytes=max_upload,
            max_megapixels=max_pixels,
            queue=queue,
            timeout=timeout,
        )
        listen_and_answer(asked, host, port, out)
