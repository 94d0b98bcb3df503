"""nbgrader in a student's server: who it is, which course, where the exchange lies."""

import os
from pathlib import Path

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "demo"
# All servers run as one Unix user, by whose name every submission would be the same student's.
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
c.Exchange.root = str(Path(os.environ["GRADLAB_HUB"]) / "course" / "build" / "exchange")
