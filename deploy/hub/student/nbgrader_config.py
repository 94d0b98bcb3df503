"""nbgrader's configuration on a student's server: the student's name, the course, and the exchange."""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "demo"
# By default, nbgrader uses the name of the Unix user, but all servers run as the same user.
c.CourseDirectory.student_id = os.environ["JUPYTERHUB_USER"]
c.Exchange.root = str(Path(os.environ["GRADLAB_HUB"]) / "course" / "build" / "exchange")
c.ExchangeFactory.fetch_assignment = "exchange.WholeFetch"
