"""`fashionkit ablate`: what each part of a training brings."""

from __future__ import annotations

from typing import Annotated

import typer

from fashionkit.cli.exits import INTERRUPTED, answering, tell


def ablate(
    data: Annotated[list[str], typer.Argument(metavar="DATA", hidden=True)],
    *,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Where models, figures and the table are written.")
    ],
    recipe: Annotated[
        str, typer.Option(metavar="NAME|FILE", help="quick, standard, whole, or a .toml file of your own.")
    ] = "standard",
    backbone: Annotated[str, typer.Option(metavar="NAME", help="A model of timm.")] = "tf_efficientnet_lite0",
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
    size: Annotated[
        int | None, typer.Option(min=1, max=4096, help="Height and width of the photos, in pixels.")
    ] = None,
    epochs: Annotated[
        float | None, typer.Option(help="Epochs in all; the recipe's phases share them as they did.")
    ] = None,
    fewest: Annotated[int, typer.Option(min=1, help="Labels of fewer photos are not learned.")] = 1,
    taxonomy: Annotated[
        bool, typer.Option("--taxonomy", help="Bring the categories of known data sets to one list of garments.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")] = False,
    device: Annotated[str, typer.Option(metavar="NAME", help="auto, cpu, cuda, cuda:1, mps.")] = "auto",
    threads: Annotated[int, typer.Option(min=1, help="Threads that read photos.")] = 2,
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
