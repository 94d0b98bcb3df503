"""The courses on this server: `gradlab`, and those that `add-course` has added to /etc/gradlab/courses."""

from pathlib import Path
from typing import NamedTuple


class Course(NamedTuple):
    """A course with its own Unix user, group of graders, folder, formgrader, and gradebook."""

    name: str
    port: int
    user: str
    group: str
    folder: Path


FIRST = Course("gradlab", 8004, "grader", "graders", Path("/srv/gradlab/course"))


def read_courses(path):
    """Return all courses on this server. The file at `path`, if there is one, has a name and a port on each line."""
    courses = [FIRST]
    for line in Path(path).read_text().splitlines() if Path(path).exists() else ():
        name, port = line.split()
        courses.append(Course(name, int(port), f"grader-{name}", f"graders-{name}", FIRST.folder.with_name(name)))
    return courses


def service(course, venv):
    """Return the hub's service that runs the course's formgrader, as the Unix user who owns the course."""
    return {
        "name": course.name,
        "url": f"http://127.0.0.1:{course.port}",
        "command": [str(venv / "jupyterhub-singleuser"), "--ServerApp.default_url=/formgrader"],
        "user": course.user,
        "cwd": str(course.folder),
        "environment": {"PATH": f"{venv}:/usr/bin:/bin"},
        "oauth_no_confirm": True,
    }


def role(course, graders):
    """Return the role that lets the graders of a course, and nobody else, use its formgrader."""
    return {"name": course.user, "users": graders, "scopes": [f"access:services!service={course.name}"]}
