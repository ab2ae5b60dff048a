"""How wide the hidden layer of a head may be."""

from __future__ import annotations

from fashionkit.errors import ConfigError

# None needs more, and without a bound a damaged configuration would ask for all the memory there is.
WIDEST = 8192


def check_hidden(hidden: int) -> None:
    """Refuses a width that no hidden layer has; 0 is none.

    Raises:
        ConfigError: It does not lie in 0..8192.
    """
    if not 0 <= hidden <= WIDEST:
        raise ConfigError(f"hidden must lie in 0..{WIDEST}, got {hidden}")
