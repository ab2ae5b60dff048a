from __future__ import annotations

import os
import types

import pytest

from fashionkit.cli.doctor import machine

pytestmark = pytest.mark.light


def test_cores_and_memory_are_told():
    (processor,) = machine.check_processor()
    assert processor.state == "ok"
    assert str(os.cpu_count()) in processor.detail
    assert all("GB" in finding.detail for finding in machine.check_memory())


@pytest.mark.parametrize(("free", "state"), [(5e9, "ok"), (5e8, "note"), (0, "note")])
def test_little_room_is_a_note(monkeypatch, free, state):
    monkeypatch.setattr("shutil.disk_usage", lambda _: types.SimpleNamespace(free=free))
    (disk,) = machine.check_disk()
    assert disk.state == state
    assert bool(disk.remedy) == (state == "note")


@pytest.mark.parametrize(("available", "state"), [(8_000_000_000, "ok"), (100_000_000, "note"), (None, "ok")])
def test_little_memory_is_a_note(monkeypatch, available, state):
    monkeypatch.setattr(machine, "_available_memory", lambda: available)
    assert [finding.state for finding in machine.check_memory()] in ([state], [])


def fake_torch(cards: int, apple: bool):
    card = types.SimpleNamespace(total_memory=80_000_000_000)
    cuda = types.SimpleNamespace(
        is_available=lambda: cards > 0,
        device_count=lambda: cards,
        get_device_properties=lambda _: card,
        get_device_name=lambda _: "Big Card",
    )
    return types.SimpleNamespace(
        cuda=cuda, backends=types.SimpleNamespace(mps=types.SimpleNamespace(is_available=lambda: apple))
    )


@pytest.mark.parametrize(
    ("cards", "apple", "expected"),
    [(2, False, ["cuda:0, Big Card, 80 GB", "cuda:1, Big Card, 80 GB"]), (0, True, ["mps (Apple)"])],
)
def test_cards_are_named_where_torch_is_installed(monkeypatch, cards, apple, expected):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: object())
    monkeypatch.setattr("importlib.import_module", lambda _: fake_torch(cards, apple))
    assert [finding.detail for finding in machine.check_graphics()] == expected
