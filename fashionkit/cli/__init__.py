"""The command line: each command parses, calls the library and prints. It may import every room; nothing imports it.

Start-up is kept short: the library behind a command is imported when the command runs, and torch never is but by
`doctor`, which looks whether it works where it is installed.
"""

from fashionkit.cli.app import app, main

__all__ = ["app", "main"]
