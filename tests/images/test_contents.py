import io
import mmap
import os
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from fashionkit.errors import ImageError
from fashionkit.images import Limits, read

pytestmark = pytest.mark.light


@pytest.fixture
def path(tmp_path, jpeg):
    file = tmp_path / "ein Kleid \N{DRESS}.jpg"
    file.write_bytes(jpeg)
    return file


class Dribble(io.RawIOBase):
    """A stream that gives few bytes at a time and cannot seek, like a socket."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        return self.data.readinto(memoryview(buffer)[:100])


class OnlyRead:
    def __init__(self, answer):
        self.answer = answer

    def read(self, _size=-1):
        if isinstance(self.answer, BaseException):
            raise self.answer
        answer, self.answer = self.answer, b""
        return answer


def test_every_holder_of_the_bytes_gives_the_same_pixels(path, jpeg):
    expected = read(jpeg)
    with path.open("rb") as file, path.open("rb", buffering=0) as raw, tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(jpeg)
        spooled.seek(0)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        sources = [
            str(path),
            path,
            bytearray(jpeg),
            memoryview(jpeg),
            memoryview(bytearray(b"".join(bytes([byte, 0]) for byte in jpeg)))[::2],
            io.BytesIO(jpeg),
            io.BufferedReader(Dribble(jpeg)),
            Dribble(jpeg),
            OnlyRead(jpeg),
            OnlyRead(bytearray(jpeg)),
            file,
            raw,
            spooled,
            mapped,
        ]
        for source in sources:
            np.testing.assert_array_equal(read(source), expected)
        mapped.close()


def test_a_file_is_read_from_where_it_stands_and_put_back(jpeg):
    stream = io.BytesIO(b"prefix" + jpeg)
    stream.seek(6)
    for _ in range(2):
        np.testing.assert_array_equal(read(stream), read(jpeg))
        assert stream.tell() == 6


def test_a_file_is_put_back_after_a_failure():
    stream = io.BytesIO(b"xxnot a photo")
    stream.seek(2)
    with pytest.raises(ImageError):
        read(stream)
    assert stream.tell() == 2


def test_one_open_file_may_be_read_by_many_threads_at_once(jpeg):
    class Slow(io.BytesIO):
        def read(self, _size=-1):
            time.sleep(0.0001)  # lets another thread in
            return super().read(400)

    with ThreadPoolExecutor(4) as pool:
        for pixels in pool.map(read, [Slow(jpeg)] * 40):
            np.testing.assert_array_equal(pixels, read(jpeg))


def test_buffers_are_left_as_they_are(jpeg):
    buffer = bytearray(jpeg)
    read(buffer)
    assert buffer == jpeg
    buffer.append(0)  # no view is left behind that would forbid it


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("", "no such file"),
        ("no/such/photo.jpg", "no such file in /"),
        ("/no/such/photo.jpg", "no such file$"),
        ("~/photo.jpg", "expanduser"),
        (Path("~/photo.jpg"), "expanduser"),
        ("null\x00byte.jpg", "not a usable path"),
        ("x" * 5000, "cannot be opened"),
        ("https://example.org/a.jpg", "URLs are not fetched"),
        (Path("https://example.org/a.jpg"), "URLs are not fetched"),
        ("HTTP://example.org/a.jpg", "URLs are not fetched"),
        ("file:///tmp/a.jpg", "URLs are not fetched"),
        ("s3://bucket/a.jpg", "URLs are not fetched"),
        ("data:image/png;base64,iVBORw0KGgo=", "URLs are not fetched"),
        (b"", "no bytes"),
        (bytearray(), "no bytes"),
        (memoryview(b""), "no bytes"),
        (io.BytesIO(), "seek"),
        (io.StringIO("text"), "'rb'"),
        (OnlyRead("text"), "'rb'"),
        (OnlyRead(None), "gave NoneType"),
        (OnlyRead(OSError("disk on fire")), "disk on fire"),
        (OnlyRead(RuntimeError("two\nlines")), "two"),
    ],
)
def test_what_holds_no_bytes_is_refused_with_the_reason(source, reason):
    with pytest.raises(ImageError, match=reason) as caught:
        read(source)
    assert "\n" not in str(caught.value)


def test_a_closed_file_and_a_released_view_are_refused(jpeg, path):
    stream, file, view = io.BytesIO(jpeg), path.open("rb"), memoryview(jpeg)
    stream.close()
    file.close()
    view.release()
    for source, reason in ((stream, "closed"), (file, "closed"), (view, "released")):
        with pytest.raises(ImageError, match=reason):
            read(source)


def test_a_file_at_its_end_says_to_seek(jpeg):
    stream = io.BytesIO(jpeg)
    stream.read()
    with pytest.raises(ImageError, match="seek"):
        read(stream)


def test_a_text_file_is_refused(path):
    with path.open(encoding="latin-1") as file, pytest.raises(ImageError, match="'rb'"):
        read(file)


def test_what_is_no_regular_file_is_refused_at_once(tmp_path):
    (tmp_path / "empty.jpg").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "socket"))
    cases = [
        (tmp_path, "a folder"),
        (tmp_path / "empty.jpg", "empty"),
        (tmp_path / "empty.jpg" / "below", "cannot be opened"),
        (tmp_path / "pipe", "device, pipe or socket"),
        (tmp_path / "loop", "cannot be opened"),
        (tmp_path / "socket", "cannot be opened|device"),
        ("/dev/zero", "device"),
        ("/dev/null", "device"),
    ]
    for source, reason in cases:
        with pytest.raises(ImageError, match=reason):
            read(source)
    server.close()


def test_a_file_without_permission_is_refused(path):
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    path.chmod(0)
    with pytest.raises(ImageError, match="permission"):
        read(path)


def test_a_huge_file_is_refused_by_its_size(tmp_path):
    sparse = tmp_path / "huge.jpg"
    with sparse.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ImageError, match="max_bytes"):
        read(sparse)


def test_bytes_are_bounded_through_every_door(path, jpeg):
    exact, short = Limits(max_bytes=len(jpeg)), Limits(max_bytes=len(jpeg) - 1)
    for make in (lambda: path, lambda: jpeg, lambda: bytearray(jpeg), lambda: io.BytesIO(jpeg), lambda: Dribble(jpeg)):
        assert read(make(), limits=exact).ndim == 3
        with pytest.raises(ImageError, match="max_bytes"):
            read(make(), limits=short)


def test_an_endless_stream_is_read_no_further_than_the_limit():
    class Endless:
        taken = 0

        def read(self, size):
            self.taken += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(ImageError, match="max_bytes"):
        read(stream, limits=Limits(max_bytes=5_000_000))
    assert stream.taken == 5_000_001


def test_an_interrupt_passes():
    with pytest.raises(KeyboardInterrupt):
        read(OnlyRead(KeyboardInterrupt()))
