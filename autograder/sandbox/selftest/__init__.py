"""Find out which protections hold on this machine. `probes` starts child processes (`child`) that try the `acts`."""

from .probes import Protection, probe, required_protections, strongest_tier

__all__ = ["Protection", "probe", "required_protections", "strongest_tier"]
