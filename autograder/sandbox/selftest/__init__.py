"""Which protections hold on this machine? `probes` asks, `child` tries, and `acts` lists the things to try."""

from .probes import Protection, probe

__all__ = ["Protection", "probe"]
