"""Drawn photos and their encodings, for every test of the room."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image


def drawn(height, width, seed=0):
    """Soft blobs of colour with a hard-edged square: something of a photo, something of a drawing."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (max(2, height // 8), max(2, width // 8), 3), dtype=np.uint8)
    pixels = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = (250, 30, 60)
    return pixels


def encoded(image, kind, **options):
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


@pytest.fixture(scope="session")
def draw():
    return drawn


@pytest.fixture(scope="session")
def encode():
    return encoded


@pytest.fixture(scope="session")
def photo():
    pixels = drawn(37, 53)
    pixels.setflags(write=False)
    return pixels


@pytest.fixture(scope="session")
def jpeg(photo):
    return encoded(photo, "JPEG", quality=90)


@pytest.fixture(scope="session")
def png(photo):
    return encoded(photo, "PNG")
