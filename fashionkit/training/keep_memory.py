"""Freed memory stays with the process, so that every step of a training need not ask the system for it anew."""

from __future__ import annotations

import ctypes

# Of mallopt(3): above which size memory is asked of the system alone, and how much may lie free at the end.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_NEVER = 2**31 - 1


def keep_memory() -> bool:
    """Tells the C library of this process to keep what is freed; gives whether it understood.

    The activations of a step are large and short-lived. glibc gives such memory back at once, and the system clears
    every page of it before the next step. Where it is kept, the process stays as large as it ever was, so this is for
    processes that train and then end, and `fit` leaves it to its caller. Elsewhere than with glibc nothing is done.
    Call it before the first step.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # no such function here, or no handle to look for it
        return False
    mallopt.argtypes, mallopt.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    return all([mallopt(_MMAP_THRESHOLD, _NEVER), mallopt(_TRIM_THRESHOLD, _NEVER)])
