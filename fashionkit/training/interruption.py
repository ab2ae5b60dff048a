"""Ctrl-C and SIGTERM, heard between two steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass(slots=True)
class Wish:
    """Whether somebody wants the training to stop."""

    to_stop: bool = False


@contextmanager
def listening() -> Iterator[Wish]:
    """Takes SIGINT and SIGTERM as a wish to stop, instead of stopping in the middle of a step.

    A second one is not waited with. Outside the main thread, where Python hears no signals, nothing is changed.
    """
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def hear(_number: int, _frame: FrameType | None) -> None:
        if wish.to_stop:
            raise KeyboardInterrupt
        wish.to_stop = True

    for number in before:
        signal.signal(number, hear)
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
