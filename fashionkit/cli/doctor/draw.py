"""What a person sees of the findings."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from fashionkit.cli.doctor.finding import Finding
from fashionkit.cli.printable import printable

MARKS = {"ok": ("✓", "green"), "note": ("!", "yellow"), "wrong": ("✗", "bold red")}

# Of opencv-python-headless, so that all sections are aligned.
LONGEST_NAME = 22


def draw(title: str, findings: Sequence[Finding], width: int) -> RenderableType:
    """A heading, and a line for each finding, for so many columns; what to do stands below what is wrong."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(style="dim", width=min(LONGEST_NAME, width // 3), overflow="fold")
    table.add_column(overflow="fold")
    for finding in findings:
        mark, style = MARKS[finding.state]
        detail = Text(printable(finding.detail))
        if finding.remedy:
            detail.append(f"\n→ {printable(finding.remedy)}", style=style)
        table.add_row(Text(mark, style=style), finding.name, detail)
    return Group(Text(title, style="bold"), table, "")
