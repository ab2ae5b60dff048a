"""How answers hold where photos are hard: covered in part, blurred, turned, or compressed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from fashionkit.datasets import DataSet, LabelledPhoto
from fashionkit.evaluation.answers import Answers, Progress, answers_of
from fashionkit.evaluation.fields import questions_of
from fashionkit.evaluation.figure import counted
from fashionkit.evaluation.part import Part
from fashionkit.evaluation.photo_set import asked_of
from fashionkit.evaluation.scene import Scene
from fashionkit.evaluation.train_split import TrainSplit
from fashionkit.images import fit, read
from fashionkit.runtime import Model

Pixels: TypeAlias = NDArray[np.uint8]
Harm: TypeAlias = Callable[[Pixels, np.random.Generator], Pixels]

COVERED = 0.25
GREY = 128
BLUR = 0.015
TURN = 15.0
JPEG_QUALITY = 30

NOTE = (
    "harm is done at the size that the model reads: a grey square over 25 % of the photo at a random place; Gaussian "
    "blur with a standard deviation of 1.5 % of the shorter side; a turn by 15° to the left or right; JPEG quality 30"
)


def occluded(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Covers a quarter of a photo with grey, at a random place.

    >>> covered = occluded(np.zeros((8, 8, 3), np.uint8), np.random.default_rng(0))
    >>> float((covered == 128).mean())
    0.25
    """
    height, width = pixels.shape[:2]
    tall, wide = round(height * COVERED**0.5), round(width * COVERED**0.5)
    top, left = random.integers(height - tall + 1), random.integers(width - wide + 1)
    harmed = pixels.copy()
    harmed[top : top + tall, left : left + wide] = GREY
    return harmed


def blurred(pixels: Pixels, random: np.random.Generator) -> Pixels:  # noqa: ARG001  # every harm takes it
    """Blurs a photo as a wrong focus does."""
    import cv2  # noqa: PLC0415  # slow to import

    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), BLUR * min(pixels.shape[:2])), np.uint8)


def turned(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Turns a photo a little to one side; what comes into view repeats the edge."""
    import cv2  # noqa: PLC0415  # slow to import

    height, width = pixels.shape[:2]
    angle = TURN if random.random() < 0.5 else -TURN  # noqa: PLR2004  # a fair coin
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def compressed(pixels: Pixels, random: np.random.Generator) -> Pixels:  # noqa: ARG001  # every harm takes it
    """Compresses a photo until it shows."""
    from PIL import Image  # noqa: PLC0415  # only where it is needed

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=JPEG_QUALITY)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"), np.uint8)


HARMS: Mapping[str, Harm] = {
    "occluded": occluded,
    "blurred": blurred,
    "turned": turned,
    "jpeg30": compressed,
}


def measure_hardships(
    data: DataSet, answers: Answers, train: TrainSplit, model: Model, progress: Progress | None
) -> Part:
    """The accuracy of every question with one label on harmed photos, as set/field/accuracy_harm.

    Args:
        data: The split.
        answers: To its photos as they are: those that could be read.
        train: What its train split says.
        model: The model.
        progress: Called as photos are answered.
    """
    asked = asked_of(Scene(data.name, data.split, answers, train, model.specs), questions_of(data))
    figures = {}
    for name, harm in HARMS.items():
        harmed = answers_of(model, answers.photos, progress, _harmed(answers.photos, harm, model))
        for view, question in asked:
            clean, hard = (each.only(view.shows).raw for each in (answers, harmed))
            right = question.predicted(hard) == question.expected
            whole = float(np.mean(question.predicted(clean) == question.expected))
            figures[f"{question.name}/accuracy_{name}"] = counted(right).against(clean=whole)
    return Part(figures=figures, notes=(NOTE,))


def _harmed(photos: tuple[LabelledPhoto, ...], harm: Harm, model: Model) -> Iterator[Pixels]:
    for place, photo in enumerate(photos):
        # The place seeds it: each photo is always harmed in the same way.
        yield harm(fit(read(photo.photo, limits=model.limits), model.rule), np.random.default_rng(place))
