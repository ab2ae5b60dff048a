"""Lists of labels, as the specs of heads hold them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fashionkit.errors import ConfigError, DataError, did_you_mean


def check_labels(labels: Sequence[str], what: str, at_least: int) -> tuple[str, ...]:
    """Gives the labels as a tuple; refuses them where they are too few, or one is empty, repeated or no text.

    Raises:
        ConfigError: With the reason; msgspec adds the path to it.

    >>> check_labels(["dress", "shirt"], "categories", at_least=2)
    ('dress', 'shirt')
    """
    if isinstance(labels, str) or not all(isinstance(label, str) for label in labels):
        raise ConfigError(f"{what} need a list of texts as labels, got {labels!r}")
    if len(labels) < at_least:
        raise ConfigError(f"{what} need at least {at_least} labels, got {len(labels)}")
    seen: set[str] = set()
    for label in labels:
        if not label.strip():
            raise ConfigError(f"{what} hold an empty label")
        if label in seen:
            raise ConfigError(f"{what} hold {label!r} twice")
        seen.add(label)
    return tuple(labels)


def place_of(label: str, labels: Sequence[str], what: str) -> int:
    """Where a label stands.

    Raises:
        DataError: It is not among them; a close one is suggested.

    >>> place_of("shirt", ["dress", "shirt"], "category")
    1
    """
    try:
        return labels.index(label)
    except ValueError:
        raise DataError(f"unknown label {label!r} for {what}; {did_you_mean(str(label), labels)}") from None


def as_labels(value: str | Iterable[str]) -> list[str]:
    """One label or several, as a list.

    Raises:
        DataError: It is neither a label nor several.

    >>> as_labels("shirt"), as_labels(("shirt", "top"))
    (['shirt'], ['shirt', 'top'])
    """
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise DataError(f"a label is a text, several texts, or None where it is unknown; got {value!r}")
    return list(value)
