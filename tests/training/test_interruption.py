import signal
import subprocess
import sys
import threading

import pytest

from fashionkit.training.interruption import listening

ASKED_TWICE = """
import signal, sys
from fashionkit.training.interruption import listening
number = int(sys.argv[1])
before = signal.getsignal(number)
with listening() as wish:
    assert not wish.to_stop
    signal.raise_signal(number)
    assert wish.to_stop
    try:
        signal.raise_signal(number)
    except KeyboardInterrupt:
        print("not waited with")
assert signal.getsignal(number) is before
"""


# In a process of its own: a test worker may run its tests in another thread, where Python hears no signals.
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_becomes_a_wish_and_the_second_is_not_waited_with(number):
    command = [sys.executable, "-c", ASKED_TWICE, str(int(number))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("not waited with\n", "")


def test_outside_the_main_thread_nothing_is_changed():
    before, seen = signal.getsignal(signal.SIGINT), []

    def listen():
        with listening() as wish:
            seen.extend([wish.to_stop, signal.getsignal(signal.SIGINT)])

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert seen == [False, before]
