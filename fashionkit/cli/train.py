"""`fashionkit train`: from labelled photos and outfits to a model."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from fashionkit.cli.exits import INTERRUPTED, answering, tell
from fashionkit.cli.options import (
    BackboneName,
    DataFolders,
    DeviceName,
    Epochs,
    Fewest,
    InTaxonomy,
    RecipeName,
    Size,
    Threads,
)


def train(
    data: DataFolders,
    *,
    output: Annotated[str, typer.Option("--output", "-o", metavar="MODEL", help="Folder of the model to write.")] = "",
    recipe: RecipeName = "standard",
    backbone: BackboneName = "tf_efficientnet_lite0",
    weights: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            show_default=False,
            help="Pretrained weights: a file, hf://owner/name, package:NAME, or `none`. Where left out, those of an "
            "installed package that has some for the backbone.",
        ),
    ] = "",
    size: Size = None,
    epochs: Epochs = None,
    fewest: Fewest = 1,
    taxonomy: InTaxonomy = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the same command was interrupted.")] = False,
    show_augmented: Annotated[
        str, typer.Option(metavar="PICTURE", help="Only draw what becomes of some photos, and end.")
    ] = "",
    tensorboard: Annotated[bool, typer.Option("--tensorboard", help="Write for TensorBoard too.")] = False,
    device: DeviceName = "auto",
    threads: Threads = 2,
) -> None:
    """Train a model on labelled photos and outfits.

    DATA is the folder of a data set, or several: a folder of photos for each label, a table beside its photos, or a
    public set as it was published. Several sets train one model, each the heads that it has labels for. Where a set
    has no split to judge by, a tenth of its photos is kept aside. No test split is ever looked at.

    A set of outfits teaches what its items are, as photos do, and then what goes together. Its val split says how often
    the right item fills a blank (fitb) and how well outfits are told from mixed ones (auc).

    The recipe `quick` trains the heads alone over a pretrained backbone, in minutes; `standard` then the backbone too,
    from the top down; `whole` all of it from the beginning, for many or for small photos.

    Beside MODEL, the folder MODEL.run holds the recipe, a log, a picture of the curves and the state that --resume
    goes on from.

    \b
    Examples:
      fashionkit train my-photos --output my-model --recipe quick
      fashionkit train shop street -o both --epochs 30 --size 192
      fashionkit train shop outfits -o stylist --recipe quick
      fashionkit train my-photos --show-augmented grid.png
    """  # noqa: D301  # \b keeps the lines below it as they are
    if not (output or show_augmented):
        raise typer.BadParameter("give --output MODEL, the folder to write")
    with answering() as out:
        from fashionkit.cli.training import Wanted, draw_augmented, train_model  # noqa: PLC0415  # torch takes seconds

        wanted = Wanted(tuple(data), output, recipe, backbone, weights, size, epochs, fewest, taxonomy)
        if show_augmented:
            draw_augmented(wanted, show_augmented)
            out.write(f"{show_augmented}: each row a photo, and what becomes of it\n")
            return
        try:
            report = train_model(
                wanted, resume=resume, tensorboard=tensorboard, device=device, threads=threads, progress_on=sys.stderr
            )
        except KeyboardInterrupt:
            tell("interrupted; the same command with --resume goes on from there")
            raise typer.Exit(INTERRUPTED) from None
        # Of several processes that train together one speaks.
        if os.environ.get("RANK", "0") == "0":
            out.write(report)
