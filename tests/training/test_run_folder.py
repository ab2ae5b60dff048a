import pytest

from fashionkit import ModelError
from fashionkit.training.run_folder import Log, check_free, read_log, write_text

pytestmark = pytest.mark.light


def test_steps_that_will_be_taken_again_are_dropped(tmp_path):
    path = tmp_path / "run" / "log.jsonl"
    log = Log(path, 0)
    for step in range(4):
        log({"event": "step", "step": step})
    with path.open("a") as file:
        file.write('{"event": "st')
    Log(path, 2)({"event": "step", "step": 2, "again": True})
    assert [event["step"] for event in read_log(path)] == [0, 1, 2]
    assert read_log(path)[-1]["again"]
    Log(path, 0)
    assert read_log(path) == []


def test_a_log_that_is_not_there_holds_nothing(tmp_path):
    assert read_log(tmp_path / "none") == []


def test_what_cannot_be_written_is_one_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="cannot be written"):
        write_text(tmp_path / "file" / "log", "text")
    with pytest.raises(ModelError, match="cannot be written"):
        write_text(tmp_path / "\0", "text")
    with pytest.raises(ModelError, match="cannot be written"):
        Log(tmp_path, 0)


def test_a_model_may_replace_a_model_or_nothing(tmp_path, checkpoint):
    check_free(checkpoint)
    check_free(tmp_path / "new")
    check_free(tmp_path)
    (tmp_path / "photo.jpg").write_text("")
    for taken in (
        tmp_path,
        tmp_path / "photo.jpg",
    ):
        with pytest.raises(ModelError):
            check_free(taken)
