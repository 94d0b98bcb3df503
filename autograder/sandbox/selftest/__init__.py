"""Find out which protections hold on this machine: `probes` starts children (`child`) that try certain `acts`."""

from .probes import Protection, probe

__all__ = ["Protection", "probe"]
