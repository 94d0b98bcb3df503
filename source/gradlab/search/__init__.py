"""Search: run one objective on many configurations, using all CPU cores or a cluster."""

from .running import search
from .trial import Trial, columns

__all__ = ["Trial", "columns", "search"]
