from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from drawing import draw_garment
from PIL import Image

from fashionkit import Analyzer
from fashionkit.demo.pictures import LARGE, LARGE_BYTES, SMALL, pictures_of
from fashionkit.demo.survey import nearest, survey
from fashionkit.errors import ImageError
from fashionkit.images import DEFAULT_LIMITS

pytestmark = pytest.mark.light


@pytest.fixture
def analyzer(checkpoint):
    return Analyzer.load(checkpoint)


def decoded(uri):
    head, body = uri.split(",", 1)
    assert head == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(body, validate=True)))


def test_every_photo_is_seen_or_named_as_unreadable(analyzer, photos, broken_photo, tmp_path):
    given = [photos[0], broken_photo, photos[1], tmp_path / "missing.jpg"]
    told = []
    seen = survey(analyzer, given, ["a", "b", "c", "d"], lambda done, total: told.append((done, total)))
    assert [piece.name for piece in seen.pieces] == ["a", "c"]
    assert [photo.name for photo in seen.unreadable] == ["b", "d"]
    assert "cut off or damaged" in seen.unreadable[0].reason
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]
    assert seen.seconds_a_photo > 0


def test_answers_are_those_of_the_analyzer(analyzer, photos):
    seen = survey(analyzer, photos, [path.name for path in photos])
    for piece, answer in zip(seen.pieces, analyzer.analyze(photos), strict=True):
        np.testing.assert_allclose(piece.analysis.embedding.vector, answer.embedding.vector, atol=1e-5)
        assert piece.analysis.category.label == answer.category.label


def test_a_photo_that_vanishes_meanwhile_is_named(analyzer, photos, tmp_path):
    path = tmp_path / "short-lived.png"
    path.write_bytes(photos[0].read_bytes())
    seen = survey(analyzer, [path], ["short-lived"], lambda done, _: path.unlink() if done else None)
    assert not seen.pieces
    assert seen.unreadable[0].name == "short-lived"


def test_arrays_are_photos_too(analyzer):
    seen = survey(analyzer, [np.asarray(draw_garment(1))], ["drawn"])
    assert decoded(seen.pieces[0].pictures.large).size == (90, 120)


def test_nearest_equals_the_naive_reference():
    random = np.random.default_rng(0)
    vectors = random.normal(size=(20, 8)).astype(np.float32)
    vectors[7] = vectors[3]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for place, found in enumerate(nearest(vectors, k=4)):
        others = sorted(
            (other for other in range(20) if other != place), key=lambda o: -float(vectors[o] @ vectors[place])
        )
        assert [other for other, _ in found] == others[:4]
        assert [score for _, score in found] == pytest.approx([float(vectors[o] @ vectors[place]) for o in others[:4]])
    assert nearest(vectors, k=1)[3] == ((7, pytest.approx(1)),)


@pytest.mark.parametrize(("count", "expected"), [(1, 0), (2, 1), (3, 2), (6, 4)])
def test_few_photos_have_few_neighbours(count, expected):
    assert [len(found) for found in nearest(np.eye(count, 8, dtype=np.float32), k=4)] == [expected] * count


@pytest.mark.parametrize("size", [(3000, 2000), (1, 1), (5000, 2), (100, 300)])
def test_pictures_keep_their_shape_and_are_never_enlarged(size):
    pictures = pictures_of(Image.new("RGB", size, "teal"), DEFAULT_LIMITS)
    large, small = decoded(pictures.large), decoded(pictures.small)
    assert large.size == (pictures.width, pictures.height)
    assert max(large.size) == min(LARGE, max(size))
    assert max(small.size) == min(SMALL, max(size))


def test_noise_takes_no_more_room_than_it_must():
    noise = np.random.default_rng(0).integers(0, 256, (900, 900, 3), np.uint8)
    smooth = np.asarray(Image.fromarray(noise).resize((60, 60)).resize((900, 900)))
    assert len(pictures_of(smooth, DEFAULT_LIMITS).large) < LARGE_BYTES * 4 / 3 + 100
    assert len(pictures_of(noise, DEFAULT_LIMITS).large) < 4 * LARGE_BYTES


def test_nothing_but_pixels_is_kept(tmp_path):
    path = tmp_path / "where.jpg"
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    draw_garment(0).save(path, exif=exif)
    assert not decoded(pictures_of(path, DEFAULT_LIMITS).large).getexif()


def test_what_is_no_photo_is_an_image_error(broken_photo):
    with pytest.raises(ImageError):
        pictures_of(broken_photo, DEFAULT_LIMITS)
