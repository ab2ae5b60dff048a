"""The desk, with work that waits for leave: what is turned away, given up, and never lost."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

pytest.importorskip("fastapi")

import httpx
from fastapi import FastAPI, Request

from fashionkit.errors import CatalogueError
from fashionkit.service.desk import Desk
from fashionkit.service.metrics import Metrics
from fashionkit.service.problems import tell_problems
from fashionkit.service.settings import Settings
from fashionkit.service.ticket import current
from fashionkit.service.upload import Wanted

PATIENCE = 30


class House:
    """An app of one route, whose work waits until `leave` is set."""

    def __init__(self, **given):
        self.leave = threading.Event()
        self.begun = threading.Semaphore(0)
        self.work = self._wait
        self.metrics = Metrics()
        self.fetching, self.fetched = asyncio.Event(), []
        self.desk = Desk(Settings(**given), self.metrics, {"/srv/secret": "the catalogue"}, self)
        self.app = FastAPI()
        tell_problems(self.app)

        @self.app.post("/")
        async def ask(request: Request) -> dict[str, object]:
            return {"answer": await self.desk.answer(request, self.work)}

        @self.app.post("/form")
        async def ask_form(request: Request) -> dict[str, object]:
            return {"answer": await self.desk.answer_form(request, Wanted(files=1), lambda form: len(form.files))}

    async def photos(self, urls, _):
        """Fetches nothing, and never ends."""
        self.fetching.set()
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            self.fetched += urls

    def _wait(self):
        self.begun.release()
        return self.leave.wait(PATIENCE)

    def inside(self):
        return self.metrics.registry.get_sample_value("fashionkit_requests_inside")

    def asking(self):
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://here")


def test_a_full_queue_turns_away_and_answers_what_it_took_in():
    house = House(queue=3, threads=1)

    async def scene():
        async with house.asking() as client:
            inside = [asyncio.create_task(client.post("/")) for _ in range(3)]
            while house.inside() != 3:
                await asyncio.sleep(0.01)
            away = [await client.post("/") for _ in range(5)]
            house.leave.set()
            return await asyncio.gather(*inside), away, await client.post("/")

    answered, away, after = asyncio.run(scene())
    assert [each.status_code for each in answered] == [200] * 3
    assert [each.status_code for each in away] == [503] * 5
    assert {each.headers["retry-after"] for each in away} == {"1"}
    assert away[0].json()["detail"].startswith("3 requests are being answered")
    assert after.status_code == 200
    assert house.inside() == 0
    assert house.metrics.registry.get_sample_value("fashionkit_requests_turned_away_total") == 5


def test_what_takes_too_long_is_given_up_but_keeps_its_place_until_it_ends():
    house = House(queue=1, threads=1, timeout=0.1)

    async def scene():
        async with house.asking() as client:
            late = await client.post("/")
            meanwhile = await client.post("/")
            house.leave.set()
            while house.inside():
                await asyncio.sleep(0.01)
            return late, meanwhile, await client.post("/")

    late, meanwhile, after = asyncio.run(scene())
    assert (late.status_code, meanwhile.status_code, after.status_code) == (504, 503, 200)
    assert late.headers["content-type"] == "application/problem+json"
    assert "0.1 s" in late.json()["detail"]


async def asked_of(app, receive, path="/", headers=()):
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": list(headers),
    }
    await app(scope, receive, send)
    return [message["status"] for message in sent if message["type"] == "http.response.start"]


def test_a_client_that_leaves_frees_what_works_for_it():
    house = House(queue=2, threads=1)
    seen = []

    def work():
        house.begun.release()
        ticket = current.get()
        until = time.monotonic() + PATIENCE
        while not ticket.gone and time.monotonic() < until:
            time.sleep(0.01)
        seen.append(ticket.gone)

    house.work = work
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await asyncio.to_thread(house.begun.acquire)
        return {"type": "http.disconnect"}

    assert asyncio.run(asked_of(house.app, receive)) == [499]
    house.desk.close()
    assert seen == [True]


def test_a_client_that_leaves_before_its_turn_is_never_worked_for():
    house = House(queue=32, threads=1)
    ran = []

    async def scene():
        async with house.asking() as client:
            busy = [asyncio.create_task(client.post("/")) for _ in range(16)]
            while house.inside() != 16:
                await asyncio.sleep(0.01)
            house.work = lambda: ran.append(1)
            messages = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive():
                return messages.pop() if messages else {"type": "http.disconnect"}

            left = await asked_of(house.app, receive)
            house.leave.set()
            await asyncio.gather(*busy)
            return left

    assert asyncio.run(scene()) == [499]
    house.desk.close()
    assert ran == []


def test_a_client_that_leaves_while_it_sends_gives_its_place_back():
    house = House(queue=1, threads=1)
    kind = (b"content-type", b"multipart/form-data; boundary=x")

    async def scene():
        messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"--x", "more_body": True}]

        async def receive():
            return messages.pop()

        return await asked_of(house.app, receive, "/form", [kind])

    assert asyncio.run(scene()) == [499]
    assert house.inside() == 0


def test_a_client_that_sends_too_slowly_is_told_so():
    house = House(queue=1, threads=1, timeout=0.1)
    kind = (b"content-type", b"multipart/form-data; boundary=x")
    bodies = [b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n']

    async def receive():
        await asyncio.sleep(0.02)
        return {"type": "http.request", "body": bodies.pop() if bodies else b".", "more_body": True}

    assert asyncio.run(asked_of(house.app, receive, "/form", [kind])) == [408]
    assert house.inside() == 0


def failing(error):
    house = House(queue=1, threads=1)

    def work():
        raise error

    house.work = work

    async def scene():
        async with house.asking() as client:
            return await client.post("/")

    answer = asyncio.run(scene())
    assert house.inside() == 0
    return answer


@pytest.mark.parametrize(
    ("error", "status", "detail"),
    [
        (CatalogueError("/srv/secret: the disk is full"), 500, "the catalogue: the disk is full"),
        (MemoryError(), 503, "there is not enough memory now; come again"),
        (RuntimeError("/srv/secret/key"), 500, "something went wrong that was not foreseen; the log says where"),
    ],
)
def test_what_fails_is_told_without_folders_and_traces(error, status, detail, caplog):
    answer = failing(error)
    assert answer.status_code == status
    assert answer.json() == {"title": answer.json()["title"], "status": status, "detail": detail}
    assert caplog.records


def test_what_nobody_foresaw_outside_of_the_work_is_a_problem_too():
    house = House(queue=1, threads=1)

    @house.app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("/srv/secret")

    async def scene():
        transport = httpx.ASGITransport(house.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
            return await client.get("/broken")

    answer = asyncio.run(scene())
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


NAMED = b'--limit\r\nContent-Disposition: form-data; name="url"\r\n\r\nhttps://a.com/\r\n--limit--\r\n'


@pytest.mark.parametrize(("leaves", "status"), [(True, 499), (False, 504)])
def test_fetching_ends_when_the_client_leaves_or_its_time_is_over(leaves, status):
    house = House(queue=2, threads=1, timeout=0.5 if not leaves else PATIENCE)
    messages = [{"type": "http.request", "body": NAMED, "more_body": False}]

    async def receive():
        if messages:
            return messages.pop()
        await house.fetching.wait()
        await asyncio.sleep(0 if leaves else PATIENCE)
        return {"type": "http.disconnect"}

    kind = (b"content-type", b"multipart/form-data; boundary=limit")
    assert asyncio.run(asked_of(house.app, receive, "/form", [kind])) == [status]
    assert house.fetched == ["https://a.com/"]
    assert house.inside() == 0
    house.desk.close()
