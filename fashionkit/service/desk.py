"""Where requests are taken in: no more than the queue holds, each answered in time or told that it was not.

A request that was taken in is answered, whatever happens to the others. One whose client left, or whose time is over,
is given up: what has not begun for it never does.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from fashionkit.service.fetch import Fetcher
from fashionkit.service.metrics import Metrics
from fashionkit.service.problems import CLIENT_GONE, COME_AGAIN, Problem, problem_of
from fashionkit.service.settings import Settings
from fashionkit.service.ticket import Ticket, current
from fashionkit.service.upload import URL, Form, Wanted, pass_over, read_form

T = TypeVar("T")


class Desk:
    """Takes requests in, and has them answered in threads.

    Args:
        settings: How many at once, for how long, and how much each may send.
        metrics: Told how many are inside.
        hidden: Folders of this machine, which no answer names.
        fetcher: Fetches the photos of forms that name them by URL; where there is none, no form may.
    """

    def __init__(
        self, settings: Settings, metrics: Metrics, hidden: Mapping[str, str], fetcher: Fetcher | None = None
    ) -> None:
        self._settings = settings
        self._fetcher = fetcher
        self._metrics = metrics
        self._hidden = hidden
        self._limits = settings.limits
        self._inside = 0
        self._threads = ThreadPoolExecutor(settings.workers, thread_name_prefix="fashionkit-request")

    async def answer_form(self, request: Request, wanted: Wanted, work: Callable[[Form], T]) -> T:
        """Reads a form and works on it in a thread.

        Args:
            request: Whose body is not read yet.
            wanted: What may be in it.
            work: What to do with it; may block.

        Raises:
            Problem: As for `answer`, as `read_form` and `Fetcher.photo` say, and 408 where the form does not come in
                time.
        """
        fetcher = self._fetcher if wanted.files else None

        async def read(until: float) -> Form:
            if fetcher is None:
                return await self._in_time(read_form(request, wanted, self._limits), until)
            form = await self._in_time(read_form(request, wanted.or_urls(), self._limits), until)
            return await self._with_fetched(request, fetcher, form, wanted.files, until)

        return await self._in_and_out(request, read, work)

    async def answer(self, request: Request, work: Callable[[], T]) -> T:
        """Works for a request that sends nothing, in a thread.

        Raises:
            Problem: 503 where as many as the queue holds are inside, 504 where it takes too long, or what went wrong.
        """
        return await self._in_and_out(
            request, lambda until: self._in_time(pass_over(request, self._limits), until), lambda _: work()
        )

    def close(self) -> None:
        """Ends when all work has ended."""
        self._threads.shutdown()

    async def _in_and_out(
        self, request: Request, read: Callable[[float], Awaitable[Form]], work: Callable[[Form], T]
    ) -> T:
        if self._inside >= self._settings.queue:
            self._metrics.turned_away.inc()
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"{self._settings.queue} requests are being answered, which is all that are taken in at once; "
                "come again",
                COME_AGAIN,
            )
        until = time.monotonic() + self._settings.timeout
        self._enter()
        try:
            form = await read(until)
        except BaseException:
            self._leave()
            raise
        # From here on the place is taken until the thread lets go of what was sent, whoever still waits for it.
        return await self._worked(request, lambda: work(form), until)

    async def _in_time(self, form: Awaitable[Form], until: float) -> Form:
        try:
            async with asyncio.timeout(until - time.monotonic()):
                return await form
        except TimeoutError:
            raise Problem(
                HTTPStatus.REQUEST_TIMEOUT,
                f"the request was not all here after {self._settings.timeout:g} s; send less, or send it faster",
            ) from None
        except ClientDisconnect:
            raise Problem(CLIENT_GONE, "the client left") from None

    async def _with_fetched(self, request: Request, fetcher: Fetcher, form: Form, most: int, until: float) -> Form:
        """The form with the photos of its URLs, after those that were sent."""
        urls = form.texts.get(URL, [])
        if not urls:
            return form
        if len(form.files) + len(urls) > most:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"there are more than {most} photos; send fewer")
        left_to_fetch = self._limits.max_bytes - sum(map(len, form.files))
        fetching = asyncio.ensure_future(fetcher.photos(urls, left_to_fetch))
        left = asyncio.ensure_future(_client_left(request))
        try:
            await asyncio.wait({fetching, left}, timeout=until - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
            if fetching.done():
                texts = {name: given for name, given in form.texts.items() if name != URL}
                return Form([*form.files, *fetching.result()], texts)
            if left.done():
                raise Problem(CLIENT_GONE, "the client left")
            raise Problem(
                HTTPStatus.GATEWAY_TIMEOUT,
                f"what is at the URL was not all here after {self._settings.timeout:g} s; send the photo itself",
            )
        finally:
            left.cancel()
            fetching.cancel()
            # Until what it opened is closed.
            await asyncio.wait({fetching})

    async def _worked(self, request: Request, work: Callable[[], T], until: float) -> T:
        ticket = Ticket()
        context = contextvars.copy_context()
        context.run(current.set, ticket)

        def unless_gone() -> T:
            ticket.check()
            return work()

        job = asyncio.get_running_loop().run_in_executor(self._threads, context.run, unless_gone)
        job.add_done_callback(self._done)
        left = asyncio.ensure_future(_client_left(request))
        waited: set[asyncio.Future[Any]] = {job, left}
        try:
            await asyncio.wait(waited, timeout=until - time.monotonic(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            if not job.done():
                ticket.give_up()
        if job.done():
            return self._result(job)
        if left.done() and not left.cancelled():
            raise Problem(CLIENT_GONE, "the client left")
        raise Problem(
            HTTPStatus.GATEWAY_TIMEOUT,
            f"there was no answer after {self._settings.timeout:g} s; send less at once, or come again",
        )

    def _result(self, job: asyncio.Future[T]) -> T:
        try:
            return job.result()
        except Exception as error:
            raise problem_of(error, self._hidden) from error

    def _enter(self) -> None:
        self._inside += 1
        self._metrics.inside.set(self._inside)

    def _leave(self) -> None:
        self._inside -= 1
        self._metrics.inside.set(self._inside)

    def _done(self, job: asyncio.Future[T]) -> None:
        self._leave()
        if not job.cancelled():
            # Looked at, so that asyncio does not complain where nobody waits for it any more.
            job.exception()


async def _client_left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
