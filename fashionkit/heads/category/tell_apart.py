"""New labels from a handful of photos: no training, one straight cut each.

What the model says of the new photos is compared with what it says of many photos of what it knows, the background.

1. Outputs are standardised over the background, and S is their covariance around the background's labels, shrunken as
   Ledoit and Wolf (2004) do. Fisher's direction S⁻¹(m − 0) then tells the mean m of the new photos from all the rest.
2. Along it every new photo is scored by the others of its label (leave one out), and the background as it is.
3. A logistic curve through both (Platt 1999, with his targets, which no handful of photos can push to 0 or 1) gives the
   odds. Both sides weigh as if every label, learned or new, were as frequent as any other, and what is not meant
   `CAUTION` times that: it keeps the new labels from taking photos of the old ones.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from fashionkit.errors import DataError
from fashionkit.heads.category.added import AddedLabel

Matrix = NDArray[np.float64]

FEWEST = 100
"""Photos in a background: fewer say too little about how rare a likeness is."""

CAUTION = 2.0
"""How much worse it is to take a photo of another label than to leave out one of the new.
With 2, ten labels that were added at once cost the old ones 0.9 points (`benchmarks/results/few-shot.md`)."""

STEPS = 100
# The curve is fitted when a step gains less than this.
GAIN = 1e-10


def tell_apart(
    examples: Mapping[str, NDArray[np.floating]],
    background: NDArray[np.floating],
    groups: NDArray[np.integer],
    n_labels: int,
) -> list[AddedLabel]:
    """Learns new labels.

    Args:
        examples: By new label, n×D outputs of its photos, n ≥ 1.
        background: M×D, those of photos of what the model knows, M ≥ 100.
        groups: M, which learned label each of these shows.
        n_labels: How many labels there will be, learned and new.

    Raises:
        DataError: The background is too small, or the photos of a label are no more like each other than like it.
    """
    known: Matrix = np.asarray(background, np.float64)
    if len(known) < FEWEST:
        raise DataError(
            f"new categories are told apart from {FEWEST} photos or more of what is known; got {len(known)}"
        )
    centre, spread = known.mean(axis=0), known.std(axis=0)
    spread[spread == 0] = 1
    known = (known - centre) / spread
    precision: Matrix = np.asarray(np.linalg.inv(shrunken_covariance(_around_groups(known, groups))), np.float64)
    added = []
    for label, given in examples.items():
        photos: Matrix = (np.asarray(given, np.float64) - centre) / spread
        direction = precision @ photos.mean(axis=0)
        own = _left_out(photos, precision) if len(photos) > 1 else _as_of_another(photos, known, groups, precision)
        slope, shift = platt(own, known @ direction, rest=CAUTION * (n_labels - 1))
        if slope <= 0:
            raise DataError(
                f"the photos of {label!r} are no more like each other than like what the model knows; give more of "
                "them, each of one such garment alone"
            )
        weights = slope * direction / spread
        added.append(AddedLabel.of(label, weights, shift - float(weights @ centre)))
    return added


def shrunken_covariance(centred: Matrix) -> Matrix:
    """The covariance of N×D rows around 0, shrunken towards a sphere as far as their number asks (Ledoit, Wolf 2004).

    >>> shrunken_covariance(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])).round(3).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    n, width = centred.shape
    sample = centred.T @ centred / n
    sphere = np.trace(sample) / width * np.eye(width)
    distance = ((sample - sphere) ** 2).sum()
    # The spread of each row's own product around the sample: b̄² of their lemma 3.3, without forming N matrices.
    squares = centred**2
    noise = ((squares.T @ squares).sum() / n - (sample**2).sum()) / n
    share = min(1.0, noise / distance) if distance > 0 else 1.0
    shrunken: Matrix = (1 - share) * sample + share * sphere
    # What never varies has no precision.
    return shrunken + np.finfo(np.float32).eps * np.eye(width)


def platt(own: Matrix, others: Matrix, rest: float) -> tuple[float, float]:
    """The logistic curve that tells scores apart: slope and shift of log odds = slope · score + shift.

    Newton's method with steps that shrink until they gain (Lin, Lin and Weng 2007). The first kind weighs 1 in all and
    the second `rest`.

    Args:
        own: Scores of what is meant.
        others: Scores of what is not.
        rest: How much more the others weigh.
    """
    scores = np.concatenate([own, others])
    centre, scale = scores.mean(), scores.std() or 1.0
    targets = np.repeat([(len(own) + 1) / (len(own) + 2), 1 / (len(others) + 2)], [len(own), len(others)])
    weights = np.repeat([1 / len(own), rest / len(others)], [len(own), len(others)])
    columns = np.stack([(scores - centre) / scale, np.ones_like(scores)], axis=1)

    def loss(found: Matrix) -> float:
        odds = columns @ found
        return float((weights * (np.logaddexp(0, odds) - targets * odds)).sum())

    found, lost = np.array([0.0, -np.log(rest)]), np.inf
    while lost - loss(found) > GAIN:
        lost = loss(found)
        shares = 1 / (1 + np.exp(-(columns @ found)))
        slope = columns.T @ (weights * (shares - targets))
        bend = (columns * (weights * shares * (1 - shares))[:, None]).T @ columns
        step = np.linalg.solve(bend + 1e-9 * np.eye(2), slope)
        # Steps of a half, a quarter …; where none of them gains, this was the last.
        tried = (found - step / 2**halvings for halvings in range(STEPS))
        found = next((each for each in tried if loss(each) < lost), found)
    return float(found[0] / scale), float(found[1] - found[0] * centre / scale)


def _around_groups(known: Matrix, groups: NDArray[np.integer]) -> Matrix:
    """Rows less the mean of their group."""
    centred = known.copy()
    for group in np.unique(groups):
        centred[groups == group] -= known[groups == group].mean(axis=0)
    return centred


def _left_out(photos: Matrix, precision: Matrix) -> Matrix:
    """Each photo's score along the direction that the others give."""
    others = (photos.sum(axis=0) - photos) / (len(photos) - 1)
    scores: Matrix = np.einsum("nd,de,ne->n", photos, precision, others)
    return scores


def _as_of_another(photo: Matrix, known: Matrix, groups: NDArray[np.integer], precision: Matrix) -> Matrix:
    """What another photo of its label would score, were they as alike as two of a learned label are, on average."""
    scores = known @ precision @ known.T
    same = (groups[:, None] == groups) & ~np.eye(len(known), dtype=bool)
    alike = scores[same].mean() / scores.diagonal().mean() if same.any() else 0.0
    expected: Matrix = alike * np.einsum("nd,de,ne->n", photo, precision, photo)
    return expected
