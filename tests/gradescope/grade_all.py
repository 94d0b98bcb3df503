"""Grade the submissions in ``/submissions`` one after another in a container, as ``run_autograder`` grades one.

They share a zygote, which takes longer to start than a submission takes to grade. Each result goes to ``/graded``. It
includes the seeds of the hidden cases, and whether the results file changed while the student's code ran.
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, "/autograder/source")
from autograder.gradescope.results import failure, write
from autograder.gradescope.run import Container, grade_with, start_zygote

container = Container(Path("/autograder"))
result = container.course / "build" / "result.json"
host = start_zygote(container)
for folder in sorted(Path("/submissions").iterdir()):
    if container.submission.is_symlink():
        container.submission.unlink()
    else:
        shutil.rmtree(container.submission)
    folder.rename(container.submission)
    result.unlink(missing_ok=True)
    write(container.results, failure("not finished"))
    before = container.results.stat()
    results = grade_with(host, container, time.monotonic(), cell_seconds=2.0)
    after = container.results.stat()
    changed = (before.st_ino, before.st_mtime_ns) != (after.st_ino, after.st_mtime_ns)
    seeds = {name: verdict.get("seed") for name, verdict in json.loads(result.read_bytes())["verdicts"].items()}
    found = {"results": results, "seeds": seeds, "changed": changed or os.listdir(container.results.parent)[1:] != []}
    Path("/graded", f"{folder.name}.json").write_text(json.dumps(found))
host.close()
