"""Fetching an assignment whole or not at all."""

import shutil
from pathlib import Path

from nbgrader.exchange.default import ExchangeFetchAssignment


class WholeFetch(ExchangeFetchAssignment):
    """As nbgrader's, which takes any folder of the assignment's name for a fetched one, half a copy included.

    A student whose server was killed meanwhile could then neither open the notebook nor fetch it again.
    """

    def do_copy(self, src, dest):
        if Path(dest).is_dir():  # its missing files are asked for
            return super().do_copy(src, dest)
        unfinished = Path(dest).with_name(f".{Path(dest).name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        super().do_copy(src, str(unfinished))
        unfinished.rename(dest)
