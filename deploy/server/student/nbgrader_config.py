"""nbgrader's configuration on a student's server. The student's ID is the name of the Unix user."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "gradlab"
c.Exchange.root = "/srv/gradlab/exchange"
c.ExchangeFactory.fetch_assignment = "exchange.WholeFetch"
