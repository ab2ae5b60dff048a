"""The command `fashionkit`, and what every command shares."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from fashionkit.cli import data, export, index
from fashionkit.cli.ablate import ablate
from fashionkit.cli.analyze import analyze
from fashionkit.cli.demo import demo
from fashionkit.cli.doctor.command import doctor
from fashionkit.cli.evaluate import evaluate
from fashionkit.cli.exits import REFUSED, TRACEBACK, said, tell
from fashionkit.cli.explain import explain
from fashionkit.cli.outfit import outfit
from fashionkit.cli.search import search
from fashionkit.cli.serve import serve
from fashionkit.cli.train import train
from fashionkit.cli.ui import ui
from fashionkit.version import __version__

_EXIT_CODES = """\b
Exit codes:
  0    everything was answered
  1    some photos could not be read, or a
       check of `doctor` or `export int8`
       failed
  2    the command was not given what it takes
  3    the model, the catalogue, a setting or
       the engine refused
  130  interrupted
  141  nobody reads the answer any more

Answers go to stdout; errors, warnings and progress go to stderr. `fashionkit COMMAND --help` has examples."""

# Plain help: it reads well at any width, and in a pipe.
app = typer.Typer(
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    epilog=_EXIT_CODES,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"fashionkit {__version__}")
        raise typer.Exit


@app.callback()
def fashionkit(
    *,
    version: Annotated[  # noqa: ARG001  # its callback has printed it by now
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help=f"Show where an error was raised; as {TRACEBACK}=1.")] = False,
) -> None:
    """What a garment is, what it is like, what goes with it and what looks like it."""
    if debug:
        os.environ[TRACEBACK] = "1"


app.command()(analyze)
app.command()(outfit)
app.command()(explain)
app.add_typer(index.app, name="index")
app.command()(search)
app.add_typer(data.app, name="data")
app.command()(serve)
app.command()(ui)
app.command()(demo)
app.command()(evaluate)
app.command()(train)
app.command()(ablate)
app.add_typer(export.app, name="export")
app.command()(doctor)


def main() -> None:
    """Runs the command that the arguments of this process name, and ends the process."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # it was closed by whoever started us
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  # for good
        else:
            # A sign that the terminal cannot show, or half of one in a file name, is written as its number.
            stream.reconfigure(errors="backslashreplace")
    try:
        app(prog_name="fashionkit")
    except OSError as error:  # --help and --version on a full disk; commands end by themselves
        tell(f"error: {said(error)}")
        raise SystemExit(REFUSED) from None
