import io

import pytest

from fashionkit.training.progress import progress

pytestmark = pytest.mark.light

STEP = {
    "event": "step",
    "step": 3,
    "loss": 0.5,
    "losses": {"category": 0.5},
    "learning_rate": 0.1,
    "images_per_second": 9,
}
EVENTS = (
    {"event": "begin", "step": 0, "steps": 4, "photos": 8},
    STEP,
    {"event": "validation", "step": 3, "phase": 0, "figures": {"a": 0.5, "b": 0.25, "c": 0.1, "d": 0.9}},
    {"event": "end", "step": 4, "best": 0.5, "best_step": 4},
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_in_a_pipe_there_is_a_line_for_each_validation():
    out = io.StringIO()
    with progress(out) as watch:
        for event in EVENTS:
            watch(event)
    assert out.getvalue() == "after step 4: a 0.500, b 0.250, c 0.100\n"


@pytest.mark.parametrize("columns", ["20", "100"])
def test_on_a_terminal_there_is_a_bar_too(monkeypatch, columns):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", columns)
    out = Terminal()
    with progress(out) as watch:
        for event in EVENTS:
            watch(event)
    assert "0.500" in out.getvalue()
    assert "\x1b[" in out.getvalue()


def test_what_is_watched_can_be_read_by_tensorboard(tmp_path):
    pytest.importorskip("tensorboard")
    pytest.importorskip("torch")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from fashionkit.training.tensorboard import tensorboard

    watch = tensorboard(tmp_path)
    for event in EVENTS:
        watch(event)
    read = EventAccumulator(str(tmp_path)).Reload()
    assert read.Scalars("training/loss")[0].value == 0.5
    assert read.Scalars("validation/b")[0].step == 3
