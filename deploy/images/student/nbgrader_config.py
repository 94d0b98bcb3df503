"""nbgrader's configuration on a student's server. The hub mounts only this student's folders in the exchange."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "gradlab"
c.CourseDirectory.student_id = os.environ.get("JUPYTERHUB_USER", "jovyan")
c.Exchange.root = "/exchange"
c.ExchangeFactory.fetch_assignment = "exchange.WholeFetch"
