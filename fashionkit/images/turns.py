"""One reader at a time for sources that are not safe to share."""

from __future__ import annotations

import threading

# A fixed set of locks, found by the object's address, needs no bookkeeping of objects that come and go. Two objects
# that share a lock only wait for each other.
LOCKS = tuple(threading.Lock() for _ in range(64))
ALIGNMENT_BITS = 4  # addresses of objects are multiples of 16


def turn(shared: object) -> threading.Lock:
    """The lock for an object that two threads may be given at once, such as one open file listed twice.

    >>> photo = object()
    >>> turn(photo) is turn(photo)
    True
    """
    return LOCKS[(id(shared) >> ALIGNMENT_BITS) % len(LOCKS)]
