#!/usr/bin/env bash
# Gradescope runs this script once, as root, when it builds the autograder's image. It needs the network.
set -euo pipefail
cd /autograder/source

usable() { "python$1" -c 'import ensurepip, venv' 2>/dev/null; }
installed() {
    apt-get install --yes --no-install-recommends "python$1" "python$1-venv" && usable "$1"
}
choose_python() {  # prints the version of a Python that gradlab supports, and installs one if there is none
    for version in 3.13 3.12 3.11; do usable $version && echo $version && return; done
    apt-get update >&2
    for version in 3.12 3.11; do installed $version >&2 && echo $version && return; done
    echo "This image offers no Python 3.11 or newer. Choose a newer base image, such as Ubuntu 24.04." >&2
    return 1
}

# The library, NumPy, and so on are installed where every user can read them: students' code runs as another user.
version=$(choose_python)
umask 022
"python$version" -m venv /opt/gradlab
/opt/gradlab/bin/python -m pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt gradlab-*.whl

# Compile the grader, and let Matplotlib list the fonts, so that grading starts faster.
/opt/gradlab/bin/python -m compileall -q autograder
mkdir --parents build/cache/matplotlib
MPLCONFIGDIR=$PWD/build/cache/matplotlib /opt/gradlab/bin/python -c 'import matplotlib.font_manager'
/opt/gradlab/bin/python -s -c 'import autograder.gradescope.run'

# Only root may read the grader, the solutions, and the secret. List the folders in which every user may create files,
# because if the kernel has no Landlock, they are closed before students' code runs.
find / -xdev -type d -perm -0002 > build/shared_folders
find / -xdev -type f -perm -0002 -exec chmod o-w {} +
chmod --recursive go-rwx /autograder/source
