import threading

import pytest

from fashionkit.images.turns import LOCKS, turn

pytestmark = pytest.mark.light


def test_one_object_has_one_lock():
    objects = [object() for _ in range(1000)]
    assert all(turn(one) is turn(one) for one in objects)


def test_objects_spread_over_the_locks():
    objects = [object() for _ in range(1000)]
    assert len({id(turn(one)) for one in objects}) > len(LOCKS) // 2


def test_a_second_reader_waits():
    shared, order, inside = object(), [], threading.Event()

    def second():
        inside.wait()
        with turn(shared):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with turn(shared):
        inside.set()
        order.append("first")
        assert not turn(shared).acquire(blocking=False)
        order.append("first again")
    thread.join()
    assert order == ["first", "first again", "second"]
