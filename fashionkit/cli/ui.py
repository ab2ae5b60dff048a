"""`fashionkit ui`: the page beside the service."""

from __future__ import annotations

from typing import Annotated

import typer

from fashionkit.cli.exits import answering
from fashionkit.cli.options import ModelName


def ui(
    *,
    host: Annotated[str, typer.Option("--host", metavar="HOST", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=0, max=65535, help="0 takes any that is free.")
    ] = 8000,
    model: ModelName = "default",
    catalogue: Annotated[
        str | None, typer.Option("--catalogue", metavar="FOLDER", help="Catalogue to find look-alikes in.")
    ] = None,
    wardrobe: Annotated[
        str | None, typer.Option("--wardrobe", metavar="FOLDER", help="Photos of garments to make outfits of.")
    ] = None,
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
    """Open a web page: drop a photo and see what it is, why, and what looks like it; make an outfit and see its score.

    Prints its address when it is ready. The same process answers all that `fashionkit serve` answers, within the same
    limits. Without --catalogue, look-alikes come from the wardrobe; without --wardrobe, outfits are made of the
    catalogue; without either, of garments that fashionkit draws.

    Keys may also stand in FASHIONKIT_API_KEYS, separated by commas; the page then asks for one as its password. Nothing
    is loaded from the internet. Photos that are dropped are gone half an hour later, or when the page is closed down.

    \b
    Examples:
      fashionkit ui
      fashionkit ui --catalogue my-catalogue --wardrobe photos --port 8080
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.serving import settings  # noqa: PLC0415  # slow to import
        from fashionkit.cli.showing import listen_and_show  # noqa: PLC0415

        asked = settings(
            model=model,
            catalogue=catalogue,
            create=False,
            keys=keys,
            threads=threads,
            max_megabytes=max_upload,
            max_megapixels=max_pixels,
            queue=queue,
            timeout=timeout,
        )
        listen_and_show(asked, wardrobe, host, port, out)
