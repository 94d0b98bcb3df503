"""A fetch that gets an assignment completely or not at all."""

import shutil
from pathlib import Path

from nbgrader.exchange.default import ExchangeFetchAssignment


class WholeFetch(ExchangeFetchAssignment):
    """nbgrader's fetch, except that the assignment's folder appears only when the copy is complete.

    nbgrader treats any folder with the assignment's name as fetched, even an incomplete one. If a server were killed
    while copying, its student could neither open the notebook nor fetch it again.
    """

    def do_copy(self, src, dest):
        if Path(dest).is_dir():  # the student wants missing files replaced
            return super().do_copy(src, dest)
        unfinished = Path(dest).with_name(f".{Path(dest).name}.part")
        shutil.rmtree(unfinished, ignore_errors=True)
        super().do_copy(src, str(unfinished))
        unfinished.rename(dest)
