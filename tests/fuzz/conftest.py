"""How many inputs hypothesis generates for each test in this folder, and where it keeps its files.

`make test` uses the same few thousand inputs every time. `make fuzz` uses different inputs each time, and as many as
you ask for.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from autograder.paths import ROOT

set_hypothesis_home_dir(ROOT / "build" / "cache" / "hypothesis")

settings.register_profile(
    "tests",
    max_examples=400,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "fuzz",
    settings.get_profile("tests"),
    max_examples=int(os.environ.get("EXAMPLES", "100_000")),
    derandomize=False,
    print_blob=True,
)
settings.load_profile("tests")
