"""The command `fashionkit doctor`."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict

from fashionkit.cli.doctor import machine, packages
from fashionkit.cli.doctor.finding import Finding, answering_works, caught
from fashionkit.cli.exits import answering, end
from fashionkit.cli.options import AsJson, ModelName

REINSTALL = "pip install --force-reinstall fashionkit"


def doctor(*, model: ModelName = "default", as_json: AsJson = False) -> None:
    """Check whether answering works here.

    Looks at the installed packages, the machine, the engines and the model, asks the model about a drawn picture, and
    says what to do where something is missing. Nothing is changed, and nothing is sent anywhere. Where torch is
    installed, looking at it takes a few seconds.

    \b
    Examples:
      fashionkit doctor
      fashionkit doctor --model models/mine

    A line begins with ✓ where all is well, ! where something is missing that answering can do without, and ✗ where
    answering does not work; then the exit code is 1. With --json there is one object: {"answering": true, "findings":
    [{"name": …, "state": "ok" or "note" or "wrong", "detail": …, "remedy": …}]}.
    """  # noqa: D301  # \b keeps the lines below it as they are
    with answering() as out:
        from fashionkit.cli.doctor.draw import draw  # noqa: PLC0415  # what it imports would slow down --help
        from fashionkit.cli.show import screen, show, show_json  # noqa: PLC0415

        console = screen(out)
        findings: list[Finding] = []
        for title, found in sections(model):
            findings += found
            if not as_json:
                show(draw(title, found, console.width), console)
        works = answering_works(findings)
        if as_json:
            show_json({"answering": works, "findings": [asdict(finding) for finding in findings]}, out)
        else:
            out.write("Answering works.\n" if works else "Answering does not work: see the lines with ✗.\n")
        end(0 if works else 1)


def sections(model: str) -> Iterator[tuple[str, list[Finding]]]:
    """The title and the findings of each group of checks, as they are made."""
    yield (
        "Packages",
        [*caught("versions", packages.check_versions), *caught("packages", packages.check_packages, state="note")],
    )
    yield (
        "Machine",
        [
            *caught("processor", machine.check_processor, state="note"),
            *caught("memory", machine.check_memory, state="note"),
            *caught("gpu", machine.check_graphics, state="note", remedy="pip install --force-reinstall torch"),
            *caught("disk", machine.check_disk, state="note"),
            *caught("cache", machine.check_cache, state="note"),
        ],
    )
    yield (
        "Engines",
        [
            *caught("engine onnx", _in("engines", "check_onnx"), remedy="pip install --force-reinstall onnxruntime"),
            *caught("engine openvino", _in("engines", "check_openvino"), state="note", remedy=REINSTALL),
            *caught("engine torch", _in("engines", "check_torch"), state="note", remedy=REINSTALL),
            *caught("search", _in("engines", "check_search"), remedy=REINSTALL),
        ],
    )
    weights = caught("model", _in("weights", "check_weights", model))
    # What cannot be opened was said; asking it would say it again.
    answer = caught("answer", _in("weights", "check_answer", model)) if answering_works(weights) else []
    yield "Model", [*weights, *answer]


def _in(module: str, check: str, *arguments: str) -> Callable[[], Iterable[Finding]]:
    """A check whose module is imported when it is made, as what that imports may be what is broken."""

    def run() -> Iterable[Finding]:
        found: Iterable[Finding] = getattr(importlib.import_module(f"fashionkit.cli.doctor.{module}"), check)(
            *arguments
        )
        return found

    return run
