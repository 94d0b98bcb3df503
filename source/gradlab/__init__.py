"""gradlab: a NumPy layer library for a course on training neural networks.

``from gradlab import check`` and the modules `layers`, `losses`, `models`, `solver`, `data`, `surfaces`,
`plots`, `drivers`, `oracles`, `properties`, `races`, `search` are loaded when they are first used, so that importing
gradlab is quick.
"""

import importlib

__version__ = "0.2.0"

_MODULES = {
    "checks", "data", "drivers", "layers", "losses", "models", "oracles", "plots", "properties", "races",
    "search", "solver", "surfaces",
}  # fmt: skip


def __getattr__(name):
    if name == "check":
        return importlib.import_module(".checks", __name__).check
    if name in _MODULES:
        return importlib.import_module(f".{name}", __name__)
    raise AttributeError(f"module 'gradlab' has no attribute {name!r}")


def __dir__():
    return sorted([*globals(), *_MODULES, "check"])
