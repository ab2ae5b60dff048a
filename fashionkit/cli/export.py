"""`fashionkit export`: a model as a file for other programs, or as a faster checkpoint in int8."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from fashionkit.cli.exits import SOME_FAILED, answering, tell
from fashionkit.cli.options import AsJson, ModelName

app = typer.Typer(
    rich_markup_mode=None, no_args_is_help=True, help="Write a model for other programs, or make it faster in int8."
)

OutputFile: TypeAlias = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to write it; the name's ending is the form's.")
]
Force: TypeAlias = Annotated[bool, typer.Option("--force", help="Write over files that are there already.")]


@app.command()
def onnx(output: OutputFile, *, model: ModelName = "default", force: Force = False) -> None:
    """Write a model as ONNX, for ONNX Runtime, TensorRT and most else.

    FILE ends in .onnx. It takes photos as uint8 N×H×W×3, normalises them itself, and gives the outputs of all heads;
    labels, thresholds and how a photo is resized stand in its metadata. A head that reads sets has a file beside it.

    \b
    Examples:
      fashionkit export onnx -o model.onnx
      fashionkit export onnx -o mine.onnx --model models/mine
    """  # noqa: D301  # \b keeps the lines below it as they are
    _export("onnx", output, model, force=force)


@app.command()
def openvino(output: OutputFile, *, model: ModelName = "default", force: Force = False) -> None:
    """Write a model as OpenVINO's two files, .xml and .bin.

    FILE ends in .xml. What goes in, what comes out and the metadata are as in `fashionkit export onnx`; the metadata
    stand in the model's rt_info.

    \b
    Example:
      fashionkit export openvino -o model.xml
    """  # noqa: D301  # \b keeps the lines below it as they are
    _export("openvino", output, model, force=force)


@app.command()
def pt2(output: OutputFile, *, model: ModelName = "default", force: Force = False) -> None:
    """Write a model as pt2, for torch without fashionkit.

    FILE ends in .pt2. What goes in, what comes out and the metadata are as in `fashionkit export onnx`; the metadata
    are an extra file. This form needs torch: pip install 'fashionkit[train]'.

    \b
    Example:
      fashionkit export pt2 -o model.pt2
    """  # noqa: D301  # \b keeps the lines below it as they are
    _export("pt2", output, model, force=force)


def _export(form: str, output: str, model: str, *, force: bool) -> None:
    with answering() as out:
        from fashionkit.cli.exporting import export_files  # noqa: PLC0415  # slow to import

        for line in export_files(form, output, model, overwrite=force):
            out.write(f"{line}\n")


@app.command()
def int8(
    photos: Annotated[str, typer.Argument(metavar="PHOTOS", hidden=True)],
    output: Annotated[str, typer.Option("--output", "-o", metavar="FOLDER", help="Where the checkpoint is written.")],
    *,
    model: ModelName = "default",
    check: Annotated[
        list[str] | None,
        typer.Option(
            "--check", metavar="DATA", help="A labelled data set to compare figures on; may be given several times."
        ),
    ] = None,
    split: Annotated[str, typer.Option("--split", metavar="NAME", help="Which split of DATA is compared on.")] = "val",
    calibration: Annotated[
        int, typer.Option("--calibration", metavar="COUNT", min=10, help="How many photos to calibrate with.")
    ] = 300,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads that compute; all cores where left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make a model compute in int8, and say what that costs.

    PHOTOS is a folder of photos like those that the model will be asked about. FOLDER becomes a checkpoint that every
    command takes as MODEL. The layers that bear int8 worst stay in float32. Beside each figure of DATA stand what it
    was and the interval of the difference; without DATA, how many answers stay the same. Nothing is written, and the
    exit code is 1, where the figures lose more than 0.5 points on average, where one surely loses more, or where,
    without DATA, fewer than nine of ten answers stay the same.

    int8 is faster with OpenVINO; it needs pip install 'fashionkit[int8]'.

    \b
    Examples:
      fashionkit export int8 photos -o models/int8 --check data/clothing
      fashionkit export int8 photos -o models/int8 --model models/mine --json
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.exporting import draw, quantise  # noqa: PLC0415  # slow to import
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        made = quantise(model, photos, output, check=check or (), split=split, calibration=calibration, threads=threads)
        if as_json:
            show_json(made.to_dict(), out)
        else:
            show(draw(made), screen(out))
        if not made.kept:
            tell(f"error: {output}: not written: {made.comparison.objection}")
            raise typer.Exit(SOME_FAILED)
