"""Reading and updating the `config` dict of update rules and other functions that carry state from call to call."""

from types import SimpleNamespace
from typing import Any

from gradlab.typing import Config


def with_defaults(config: Config | None, **defaults: Any) -> SimpleNamespace:
    """Return `config`, with defaults filled in, as an object with attributes."""
    return SimpleNamespace(**{**defaults, **(config or {})})


def updated(config: Config | None, **state: Any) -> Config:
    """Return a copy of `config` with the new `state`."""
    return {**(config or {}), **state}
