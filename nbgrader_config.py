"""nbgrader's configuration for this course. Run nbgrader in this folder: `nbgrader autograde update_rules`."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from autograder.plugin.config import configure  # noqa: E402

c = get_config()  # noqa: F821 - traitlets defines it when it loads this file

c.CourseDirectory.course_id = "gradlab"
# Assignments are released and collected through the exchange. On a server, use a folder that everyone can access.
c.Exchange.root = str(ROOT / "build" / "exchange")

configure(c, ROOT)
