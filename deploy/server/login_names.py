"""Unix user names for university logins such as ``ada.lovelace`` or ``ada@example.org``.

    python3 login_names.py /etc/gradlab/students > students.csv

A login that can be a Unix user name is used unchanged, unless it already seems to end in a hash. Any other login
gets a name such as ``ada-cfe00dde46``: the start of the login, or ``user``, and a hash of the whole login, so that two
logins never share a name. On this server, that name is also the student ID. The command prints who has which name, as
a file for ``nbgrader db student import``.
"""

import csv
import hashlib
import re
import sys
import unicodedata
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from autograder.student_ids import refusal  # `install` puts a copy next to this file

PLAIN = r"[a-z][a-z0-9._-]{0,31}"
HASHED = r".*-[0-9a-f]{10}"


def unix_name(login):
    """Return the name of the Unix user for a login. Case is ignored.

    Raises
    ------
    ValueError
        If the login cannot be a student ID, by the rules that also apply to submissions.
    """
    login = unicodedata.normalize("NFC", login).lower()
    if reason := refusal(login):
        raise ValueError(f"{login!r} cannot log in: {reason}.")
    # A login that looks as if it had been given a hash gets one, too. Otherwise it could be another login's name.
    if re.fullmatch(PLAIN, login) and not re.fullmatch(HASHED, login):
        return login
    letters = unicodedata.normalize("NFKD", login.partition("@")[0]).encode("ascii", "ignore").decode()
    start = re.sub("[^a-z0-9]+", "-", letters).lstrip("-0123456789")[:21].strip("-") or "user"
    return f"{start}-{hashlib.sha256(login.encode()).hexdigest()[:10]}"


def read_logins(path):
    """Read a file with one login per line. Empty lines and lines that begin with # are skipped.

    Returns
    -------
    dict of str to str
        The logins, keyed by the names of their Unix users.

    Raises
    ------
    ValueError
        If a line is not a login. The message gives the line.
    """
    logins = {}
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), start=1):
        if (login := line.strip()) and login[0] != "#":
            try:
                logins[unix_name(login)] = login
            except ValueError as reason:
                raise ValueError(f"{path}, line {number}: {reason}") from None
    return logins


def main(path):
    logins = read_logins(path)
    print("to add these students to the gradebook: nbgrader db student import students.csv", file=sys.stderr)
    writer = csv.writer(sys.stdout)
    writer.writerow(["id", "email"])
    writer.writerows([name, login] for name, login in logins.items())


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or ["/etc/gradlab/students"]))
    except (OSError, ValueError) as error:
        sys.exit(str(error))
