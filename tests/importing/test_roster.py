"""Rosters are read as platforms export them, and a sender is found by number, address, or name, or not at all."""

from datetime import UTC, datetime

import pytest
from dateutil.tz import gettz

from autograder.importing.files import File
from autograder.importing.platform import Platform
from autograder.importing.roster import Roster, person
from autograder.importing.roster_file import read_roster
from autograder.importing.senders import sent_files

ENROLLED = [
    person("ada", "Ada", "Lovelace", "ada@uni.edu"),
    person("emmy", "Emmy", "Noether", "emmy@uni.edu"),
    person("josé", "José", "Núñez"),
]
CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section\n"    Points Possible",,,,\n"Lovelace, Ada",777,s1,al,1\n'
ROSTERS = {
    "own columns": "id,first_name,last_name,email\nada,A,L,x@y.z\nnew,N,W,\n",
    "Canvas gradebook": f'{CANVAS}"New, One",778,s2,new,1\n',
    "Moodle participants": "First name;Surname;ID number;Email address\nAda;Lovelace;17;ada@uni.edu\nN;W;new;\n",
    "Moodle worksheet": 'Identifier,"Full name","Email address"\n"Participant 4711","Ada Lovelace",\n,N,new\n',
    "Gradescope scores": "First Name,Last Name,SID,Email,Sections\nA,L,s1,ADA@UNI.EDU,1\nN,W,new,,1\n",
    "Gradescope roster": "Name,SID,Email,Role\nAda Lovelace,s1,,Student\nN,new,,Student\n",
    "tabs": "student_id\temail\nada\t\nnew\t\n",
}


def read(tmp_path, text, encoding="utf-8", zone=UTC):
    path = tmp_path / "roster.csv"
    path.write_bytes(text.encode(encoding))
    return read_roster(path, ENROLLED, zone)


@pytest.mark.parametrize("text", ROSTERS.values(), ids=ROSTERS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_rows_are_matched_to_students_in_the_gradebook_or_added(tmp_path, text, encoding):
    assert set(read(tmp_path, text, encoding).people) == {"ada", "emmy", "josé", "new"}


FILES = {
    # Canvas: the number decides, then the name.
    ("canvas", "someoneelse_777_1_x.ipynb"): "ada",
    ("canvas", "lovelaceada_778_1_x.ipynb"): "",  # a namesake
    ("canvas", "lovelaceada_LATE_777_1_2026_x.ipynb"): "ada",
    ("canvas", "noetheremmy_5_1_x.ipynb"): "emmy",
    ("canvas", "nu\u0301n\u0303ezjose\u0301_5_1_x.ipynb"): "josé",
    ("canvas", "unpacked/lovelaceada_777_text.html"): "ada",
    ("canvas", "lovelaceada.ipynb"): "",
    ("canvas", "noetheremmy_777_5_1_x.ipynb"): "ada",  # nobody else has the number 5
    ("canvas", "ada_777_1_x.zip/noetheremmy_5_1_x.ipynb"): "ada",
    # Moodle
    ("moodle", "Emmy Noether_9_assignsubmission_file/x.ipynb"): "emmy",
    ("moodle", "x/Emmy Noether_9_assignsubmission_file_x.ipynb"): "emmy",
    ("moodle", "Emmy Noether/x.ipynb"): "",
    # folders: the ID, the address, or the name
    ("folder", "ADA/x.ipynb"): "ada",
    ("folder", "emmy@uni.edu/x.ipynb"): "emmy",
    ("folder", "Noether, Emmy/x.ipynb"): "emmy",
    ("folder", "ada.ipynb"): "ada",
    ("folder", "ada_emmy.ipynb"): "ada",
    ("folder", "x_ada.ipynb"): "",
}


@pytest.mark.parametrize(("sent", "student"), FILES.items())
def test_sender_is_found_if_certain_and_never_guessed(tmp_path, sent, student):
    platform, name = sent
    roster = read(tmp_path, CANVAS)
    files = [File(tuple(name.split("/")), None, lambda limit: b""), File(("other", "x.ipynb"), None, lambda limit: b"")]
    found = next(iter(sent_files(Platform(platform), files, roster.knows)))
    assert [roster.find(senders)[0] for senders in found.senders] == [student]


def test_sender_is_not_guessed_if_two_students_have_the_same_name():
    roster = Roster([person("a", "Ada", "Lovelace"), person("b", "Lovelace", "Ada")])
    file = File(("Ada Lovelace_9_assignsubmission_file", "x.ipynb"), None, lambda limit: b"")
    (sent,) = sent_files(Platform.MOODLE, [file], roster.knows)
    student, _, reason = roster.find(sent.senders[0])
    assert (student, reason) == ("", "it may come from a or b")


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-16 21:59",
        "2026-10-17T01:59:00Z",
        "2026-10-16 21:59:00 -0400",
        "Friday, 16 October 2026, 9:59 PM",
        "Friday, October 16, 2026, 9:59 PM",
        "Friday, 16 October 2026, 21:59",
    ],
)
def test_times_without_a_zone_are_in_the_courses_time_zone(tmp_path, text):
    roster = read(tmp_path, f'id,submitted_at\nada,"{text}"\nemmy,-\njosé,\n', zone=gettz("America/New_York"))
    assert roster.people["ada"].time == datetime(2026, 10, 17, 1, 59)
    assert roster.people["emmy"].time is roster.people["josé"].time is None
