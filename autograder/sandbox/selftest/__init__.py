"""Find out which protections hold on this machine.

`probes` starts child processes (`child`) that try the `acts` listed in `protections`.
"""

from .probes import probe, required_protections, strongest_tier
from .protections import Protection

__all__ = ["Protection", "probe", "required_protections", "strongest_tier"]
