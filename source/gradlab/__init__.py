"""gradlab: a NumPy layer library for a course on training neural networks.

`check` and the modules `layers`, `losses`, `models`, `solver`, `data`, `practice`, `surfaces`, `plots`, `drivers`,
`oracles`, `properties`, `races`, and `search` are loaded on first use, so ``import gradlab`` is fast.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checks import check as check

__version__ = "0.2.0"

_MODULES = {
    "checks", "data", "drivers", "layers", "losses", "models", "oracles", "plots", "practice", "properties",
    "races", "search", "solver", "surfaces",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "check":
        return importlib.import_module(".checks", __name__).check
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'gradlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_MODULES, "check"])
