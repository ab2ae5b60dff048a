"""Whether anybody still waits for an answer: work that nobody waits for is dropped where it stands."""

from __future__ import annotations

from contextvars import ContextVar


class GoneError(Exception):
    """Nobody waits for this answer any more."""


class Ticket:
    """Of one request; the event loop gives it up, and the threads that work for it look at it.

    >>> ticket = Ticket()
    >>> ticket.give_up()
    >>> ticket.check()
    Traceback (most recent call last):
    fashionkit.service.ticket.GoneError
    """

    __slots__ = ("gone",)

    def __init__(self) -> None:
        self.gone = False

    def give_up(self) -> None:
        """Nobody waits any more: the client left, or its time is over."""
        self.gone = True

    def check(self) -> None:
        """Ends work that is for nobody.

        Raises:
            GoneError: Nobody waits.
        """
        if self.gone:
            raise GoneError


current: ContextVar[Ticket] = ContextVar("ticket", default=Ticket())  # noqa: B039  # nobody gives up the one at start
"""The ticket of the request that this thread works for."""
