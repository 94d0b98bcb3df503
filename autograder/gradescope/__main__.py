"""``python -m autograder.gradescope``, which ``run_autograder`` runs: grade the submission in this container."""

from pathlib import Path

from .run import Container, run

if __name__ == "__main__":
    run(Container(Path("/autograder")))
