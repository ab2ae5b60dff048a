import signal
import threading

import pytest

from fashionkit.training.interruption import listening


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_becomes_a_wish_and_the_second_is_not_waited_with(number):
    before = signal.getsignal(number)
    with listening() as wish:
        assert not wish.to_stop
        signal.raise_signal(number)
        assert wish.to_stop
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    assert signal.getsignal(number) is before


def test_outside_the_main_thread_nothing_is_changed():
    before, seen = signal.getsignal(signal.SIGINT), []

    def listen():
        with listening() as wish:
            seen.extend([wish.to_stop, signal.getsignal(signal.SIGINT)])

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [False, before]
