"""Which protections hold on this machine: `probes` asks, `child` tries, `acts` is the list of things to try."""

from .probes import Protection, probe

__all__ = ["Protection", "probe"]
