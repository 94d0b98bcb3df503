"""Search: try one objective on many configurations, on all processors or on a cluster."""

from .running import search
from .trial import Trial, columns

__all__ = ["Trial", "columns", "search"]
