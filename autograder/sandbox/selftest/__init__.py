"""Find out which protections hold on this machine. `probes` starts child processes (`child`) that try the `acts`."""

from .probes import Protection, probe

__all__ = ["Protection", "probe"]
