"""Find out which protections hold on this machine: `probes` starts each `child`, which tries some of the `acts`."""

from .probes import Protection, probe

__all__ = ["Protection", "probe"]
