"""`fashionkit ablate`: what each part of a training brings."""

from __future__ import annotations

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


def ablate(
    data: DataFolders,
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Where models, figures and the table are written.")
    ],
    recipe: RecipeName = "standard",
    backbone: BackboneName = "tf_efficientnet_lite0",
    weights: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            show_default=False,
            help="Its pretrained weights, or `none`; as `fashionkit train` has it.",
        ),
    ] = "",
    against: Annotated[
        list[str] | None, typer.Option("--against", metavar="NAME", help="Another backbone to try; may be repeated.")
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="VARIANT",
            help="Only this variant, beside what it is compared with; may be repeated. Such as single-category, "
            "from-scratch, no-augmentation, backbone-resnet18.",
        ),
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How often each variant is trained.")] = 1,
    size: Size = None,
    epochs: Epochs = None,
    fewest: Fewest = 1,
    taxonomy: InTaxonomy = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    device: DeviceName = "auto",
    threads: Threads = 2,
) -> None:
    """Find out what each part of a training brings.

    DATA is as in `fashionkit train`. A model is trained with all heads that the data have labels for, and then once
    more for each of these changes: one head alone, random weights in place of pretrained ones, without augmentation,
    another backbone. All take the same steps over the same photos, and are measured on the same others: the split
    `val`, or a tenth that is kept aside. One table says how good each is and how far it is from the first, with
    intervals.

    FOLDER holds the models, `ablation.json` and `ablation.md`. The same command again goes on where it was, also with
    more seeds or more backbones.

    \b
    Examples:
      fashionkit ablate my-photos --output parts
      fashionkit ablate my-photos -o parts --against resnet18 --seeds 3
      fashionkit ablate my-photos -o parts --only no-augmentation
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.ablating import ablate_all  # noqa: PLC0415  # torch takes seconds
        from fashionkit.cli.draw_ablation import draw  # noqa: PLC0415
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415
        from fashionkit.cli.training import Wanted  # noqa: PLC0415

        wanted = Wanted(
            data=tuple(data),
            output=output,
            recipe=recipe,
            backbone=backbone,
            weights=weights,
            size=size,
            epochs=epochs,
            fewest=fewest,
            taxonomy=taxonomy,
        )
        try:
            found = ablate_all(
                wanted, against=against or (), only=only or (), seeds=seeds, device=device, threads=threads
            )
        except KeyboardInterrupt:
            tell("interrupted; the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from None
        for warning in found.warnings:
            tell(f"warning: {warning}")
        if as_json:
            show_json(found.to_dict(), out)
        else:
            show(draw(found, output), screen(out))
