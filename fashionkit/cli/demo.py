"""`fashionkit demo`: one page that shows what fashionkit sees in photos."""

from __future__ import annotations

import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from fashionkit.cli.exits import answering, end, tell
from fashionkit.cli.options import ModelName


def demo(
    photos_dir: Annotated[Path | None, typer.Argument(metavar="PHOTOS_DIR", hidden=True)] = None,
    *,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the page.")] = Path(
        "fashionkit-demo.html"
    ),
    open_it: Annotated[bool, typer.Option("--open/--no-open", help="Open the page in a browser.")] = False,
    model: ModelName = "default",
) -> None:
    """Show on one page what fashionkit sees in photos.

    PHOTOS_DIR is a folder of photos of clothes, of which up to 60 are shown; without one, the page shows garments that
    fashionkit draws itself. The page is one HTML file that needs no network: what each garment is and is like, what
    looks like it, and the outfits that go together best.

    \b
    Examples:
      fashionkit demo
      fashionkit demo photos --output page.html --open
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.progress import counting  # noqa: PLC0415  # slow to import
        from fashionkit.demo import write_page  # noqa: PLC0415

        with counting("looking at photos") as count:
            report = write_page(photos_dir, output, model=model, progress=count)
        for photo in report.unreadable:
            tell(f"error: {photo.name}: {photo.reason}")
        place = report.output.absolute()
        chosen = f" of the {report.found:,} found" if report.found > report.photos + len(report.unreadable) else ""
        out.write(f"{place}\n")
        out.write(f"{_count(report.photos, 'photo')}{chosen} and {_count(report.outfits, 'outfit')} on one page\n")
        out.write(f"{report.size / 1e6:.1f} MB, in {report.seconds:.1f} s ({report.seconds_a_photo:.3f} s a photo)\n")
        if open_it and not webbrowser.open(place.as_uri()):
            tell("warning: no browser could be opened; open the page yourself")
        end(len(report.unreadable))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
