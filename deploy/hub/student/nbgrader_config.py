"""nbgrader on a student's server: who the student is, which course, where the exchange is."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "demo"
# All servers run as one Unix user; with its name, every submission would belong to the same student.
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
c.Exchange.root = str(Path(os.environ["GRADLAB_HUB"]) / "course" / "build" / "exchange")
c.ExchangeFactory.fetch_assignment = "exchange.WholeFetch"
