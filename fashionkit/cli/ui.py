"""`fashionkit ui`: the page beside the service."""

from __future__ import annotations

from typing import Annotated

import typer

from fashionkit.cli.exits import answering
from fashionkit.cli.options import Host, KeyFile, Lanes, MaxPixels, MaxUpload, ModelName, Port, Queue, Timeout


def ui(
    *,
    host: Host = "127.0.0.1",
    port: Port = 8000,
    model: ModelName = "default",
    catalogue: Annotated[
        str | None, typer.Option("--catalogue", metavar="FOLDER", help="Catalogue to find look-alikes in.")
    ] = None,
    wardrobe: Annotated[
        str | None, typer.Option("--wardrobe", metavar="FOLDER", help="Photos of garments to make outfits of.")
    ] = None,
    keys: KeyFile = None,
    threads: Lanes = None,
    max_upload: MaxUpload = 16.0,
    max_pixels: MaxPixels = 50.0,
    queue: Queue = 64,
    timeout: Timeout = 30.0,
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
