"""nbgrader's configuration on the graders' server. The image holds the course's code, and a volume holds build/."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from autograder.plugin.config import configure  # noqa: E402
from autograder.plugin.per_student_folders import use_folders  # noqa: E402

c = get_config()  # noqa: F821 - nbgrader defines it

c.CourseDirectory.course_id = "gradlab"
c.Exchange.root = "/exchange"

configure(c, ROOT)
use_folders(c)
c.Penalties.extensions = str(ROOT / "build" / "extensions.csv")  # in build/, because only that folder is on a volume
