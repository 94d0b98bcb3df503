"""Downloads from every platform end up in the right place with the right times; files that don't fit are reported."""

import os
import stat
import warnings

import pytest
from nbgrader.api import Gradebook

from .downloads import gradescope, member, notebook, zipped

ON_TIME, LATE = "2026-10-16 21:59:00", "2026-10-18 08:00:00"
A, B, C = (notebook(name) for name in "abc")
CANVAS_ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,Update rules (99),Final Score
    Points Possible,,,,,30,
"Lovelace, Ada",777,s001,ada,One,,
"Noether, Emmy",778,s002,emmy@uni.edu,One,,
"Núñez-Ávila, José",779,s003,josé,One,,
"""
MOODLE_WORKSHEET = """\
\ufeffIdentifier,"Full name","Email address",Status,Grade,"Maximum Grade","Last modified (submission)"
"Participant 4711","Ada Lovelace",ada@uni.edu,Submitted,,30,"Friday, 16 October 2026, 9:59 PM"
"Participant 4712","Emmy Noether",emmy@uni.edu,Submitted,,30,"Sunday, 18 October 2026, 8:00 AM"
"Participant 4713","Mary Ann O'Neil",mary@uni.edu,"No submission",,30,-
"""
EXPORT = [
    (11, [("Ada Lovelace", "s1", "ada@uni.edu")], "2026-10-16 21:59:00.123456000", [("update_rules.ipynb", A)]),
    (12, [("E", "emmy", "x@y.z"), ("J", "s3", "jose@uni.edu")], "2026-10-18 08:00:00", [("n/Copy_of_x.ipynb", B)]),
]


@pytest.mark.parametrize("roster", [None, CANVAS_ROSTER])
def test_canvas_download_is_imported(course, roster):
    download = [
        (member("lovelaceada_777_9001_update_rules.ipynb"), A),
        (member("noetheremmy_LATE_778_9002_Copy_of_update_rules-1.ipynb", (2026, 10, 18, 8, 0, 0)), B),
        # A zip from someone who is on time, although Canvas made the file after the due date.
        (member("núñezávilajosé_779_9003_work (2).zip", (2026, 10, 18, 8, 0, 0)), zipped([("w/my work.ipynb", C)])),
    ]
    done = course.load("canvas", zipped(download), roster)
    assert (done.code, done.err) == (0, "")
    due = "2026-10-16 23:59:00"
    assert course.read() == {"ada": (A, ON_TIME), "emmy": (B, LATE), "josé": (C, due)}
    assert "update_rules: 3 new, 0 replaced, 0 unchanged" in done.out
    assert "Canvas does not say when" in done.out


@pytest.mark.parametrize("form", ["{}/update_rules.ipynb", "{}_/sub/x (1).ipynb", "{}_update_rules-1.ipynb"])
def test_moodle_download_is_imported_with_the_times_in_the_worksheet(course, form):
    names = ("Ada Lovelace_4711_assignsubmission_file", "Emmy Noether_4712_assignsubmission_file")
    download = zipped(zip(map(form.format, names), (A, B), strict=True), (2026, 10, 20, 12, 0, 0))
    done = course.load("moodle", download, MOODLE_WORKSHEET)
    assert (done.code, done.err) == (0, "")
    assert course.read() == {"ada": (A, ON_TIME), "emmy": (B, LATE)}


def test_moodle_import_without_a_worksheet_asks_for_one(course):
    done = course.load("moodle", zipped([("Ada Lovelace_4711_assignsubmission_file/a.ipynb", A)]))
    assert course.read() == {"ada": (A, ON_TIME)}
    assert "give the grading worksheet with --roster" in done.out


@pytest.mark.parametrize("folder", ["assignment_123_export/", ""])
def test_gradescope_export_is_imported_with_times_and_groups(course, folder):
    done = course.load("gradescope", gradescope(EXPORT, folder))
    assert (done.code, done.err) == (0, "")
    read = course.read()
    assert {student: content for student, (content, _) in read.items()} == {"ada": A, "emmy": B, "josé": B}
    assert read["ada"][1] == "2026-10-16 21:59:00.123456 UTC"
    assert read["emmy"][1] == read["josé"][1] == LATE


@pytest.mark.parametrize("wrapper", ["", "submissions/"])
def test_folders_and_files_named_after_students_are_imported(course, wrapper):
    files = [
        ("ada/update_rules.ipynb", A),
        ("ada/learning_rates.ipynb", notebook(assignment="learning_rates")),
        ("Emmy@uni.edu/deep/x.ipynb.txt", B),
        ("mary_ann_homework one.ipynb", C),
    ]
    done = course.load("folder", zipped([(wrapper + name, content) for name, content in files]))
    assert (done.code, done.err) == (0, "")
    assert course.read() == {"ada": (A, ON_TIME), "emmy": (B, ON_TIME), "mary_ann": (C, ON_TIME)}


def test_importing_twice_changes_nothing_and_only_newer_submissions_replace_older_ones(course):
    def download(content, time):
        return zipped([("ada/update_rules.ipynb", content)], time)

    first, later, latest = (2026, 10, 14, 9, 0, 0), (2026, 10, 15, 9, 0, 0), (2026, 10, 16, 9, 0, 0)
    for content, time, outcome, expected in (
        (A, later, "1 new", (A, "2026-10-15 09:00:00")),
        (A, later, "1 unchanged", (A, "2026-10-15 09:00:00")),
        (B, first, "1 unchanged", (A, "2026-10-15 09:00:00")),
        (A, latest, "1 unchanged", (A, "2026-10-15 09:00:00")),  # resubmitting the same notebook changes nothing
        (C, latest, "1 replaced", (C, "2026-10-16 09:00:00")),
    ):
        done = course.load("folder", download(content, time))
        assert done.code == 0
        assert outcome in done.out
        assert course.read() == {"ada": expected}


def test_latest_of_a_students_files_counts(course):
    files = [
        (member("lovelaceada_777_9003_update_rules-2.ipynb"), C),
        (member("lovelaceada_777_9001_update_rules.ipynb"), A),
        (member("lovelaceada_777_9002_update_rules-1.ipynb"), B),
        (member("lovelaceada_777_9004_notes.pdf"), b"%PDF"),
        (member("lovelaceada_777_9005_scratch.ipynb"), notebook(assignment="ensembles")),
    ]
    assert course.load("canvas", zipped(files)).code == 0
    assert course.read() == {"ada": (C, ON_TIME)}


def test_newest_notebook_in_a_students_zip_is_imported_with_the_zips_time(course):
    inside = zipped(
        [
            (member("w/update_rules.ipynb", (2026, 1, 1, 0, 0, 0)), A),
            (member("w/update_rules-Copy1.ipynb", (2026, 1, 2, 0, 0, 0)), B),
            (member("w/.ipynb_checkpoints/update_rules-checkpoint.ipynb", (2026, 1, 3, 0, 0, 0)), C),
        ]
    )
    nested = zipped([("all.zip", zipped([("w.zip", inside)]))])
    done = course.load("folder", zipped([("ada/a.zip", inside), ("emmy/e.zip", nested)]))
    assert course.read() == {"ada": (B, ON_TIME)}
    assert done.code == 1
    assert "'emmy/e.zip': zips are nested more than 2 deep" in done.err


def test_times_without_a_zone_are_in_the_courses_time_zone(course):
    config = course.folder / "nbgrader_config.py"
    config.write_text(config.read_text() + 'c.Exchange.timezone = "America/New_York"\n')
    utc = member("emmy/x.ipynb", utc=(2026, 10, 16, 21, 59, 0))
    done = course.load("folder", zipped([("ada/x.ipynb", A), (utc, B)]))
    assert course.read() == {"ada": (A, "2026-10-17 01:59:00"), "emmy": (B, ON_TIME)}
    assert "America/New_York" in done.out


def test_unpacked_folder_keeps_its_times(course, tmp_path):
    folder = tmp_path / "unpacked"
    for name, content in (("ada/x.ipynb", A), ("emmy_x.ipynb", B), ("__MACOSX/ada/._x.ipynb", C)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1792187940, 1792187940))
    (folder / "ada" / "link.ipynb").symlink_to(folder / "emmy_x.ipynb")
    (folder / "josé").symlink_to(folder / "ada")
    done = course.load("folder", folder)
    assert course.read() == {"ada": (A, ON_TIME), "emmy": (B, ON_TIME)}
    assert done.code == 1
    assert "'ada/link.ipynb': it is a link" in done.err
    assert "'josé': it is a link" in done.err


def test_files_that_match_nobody_are_named(course):
    files = [("ada/x.ipynb", A), ("bob/x.ipynb", B), ("grades.csv", b"?"), ("e\u0301mmy/x.ipynb", C)]
    done = course.load("folder", zipped(files))
    assert done.code == 1
    assert course.read() == {"ada": (A, ON_TIME)}
    for name in ("'bob/x.ipynb'", "'grades.csv'", "'émmy/x.ipynb'"):
        assert f"{name}: no student matches" in done.err
    assert "files that match no student: 3." in done.out


def test_student_who_sent_no_notebook_is_named(course):
    files = [("lovelaceada_777_text.html", b"<p>done"), ("noetheremmy_778_9001_x.pdf", b"%PDF")]
    done = course.load("canvas", zipped(files))
    assert (done.code, course.read()) == (1, {})
    assert "ada: there is no notebook in 'lovelaceada_777_text.html'" in done.err
    assert "emmy: there is no notebook in 'noetheremmy_778_9001_x.pdf'" in done.err


def test_wrong_and_unreadable_notebooks_are_imported_with_a_warning(course):
    other = notebook(assignment="ensembles")
    files = [("lovelaceada_777_1_x.ipynb", other), ("noetheremmy_778_2_update_rules.ipynb", b"{")]
    done = course.load("canvas", zipped(files))
    assert done.code == 0
    assert {student: content for student, (content, _) in course.read().items()} == {"ada": other, "emmy": b"{"}
    assert "ada: 'lovelaceada_777_1_x.ipynb' was imported, but it looks like ensembles" in done.err
    assert "emmy: 'noetheremmy_778_2_update_rules.ipynb' was imported, but the submitted file is not a note" in done.err


def test_plain_folder_may_hold_other_assignments(course):
    done = course.load("folder", zipped([("ada/ensembles.ipynb", notebook(assignment="ensembles"))]))
    assert (done.code, done.err, course.read()) == (0, "", {})
    assert "Notebooks that belong to other assignments were left out: 1." in done.out


def test_traps_are_refused_by_name_and_do_not_stop_the_import(course):
    link = member("mary_ann/update_rules.ipynb", mode=stat.S_IFLNK | 0o777)
    secret = bytearray(zipped([("josé/secret.ipynb", C)]))
    for marker, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        secret[secret.index(marker) + offset] |= 1
    bomb, zeros = zipped([("update_rules.ipynb", b"\0" * 101_000_000)]), b"\0" * 101_000_000
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # two files with one name
        traps = zipped(
            [
                *(("../../emmy/update_rules.ipynb", B), ("/emmy/x.ipynb", B), ("C:/emmy/x.ipynb", B)),
                *(("emmy\\..\\..\\x.ipynb", B), ("emmy/bomb.zip", bomb), ("emmy/bomb.ipynb", zeros)),
                *(("emmy/\x1b[31m.ipynb", B), (link, b"/etc/passwd"), ("emmy/no.zip", b"PK\x03\x04")),
                *(("emmy/twice.ipynb", B), ("emmy/twice.ipynb", C)),
                ("emmy/many.zip", zipped([(f"{n}.ipynb", b"") for n in range(2001)])),
                ("ada/update_rules.ipynb", A),
            ]
        )
    done = course.load("folder", traps)
    assert (done.code, course.read()) == (1, {"ada": (A, ON_TIME)})
    for line in (
        "'../../emmy/update_rules.ipynb': its name leads outside the download",
        "'/emmy/x.ipynb': its name leads outside the download",
        "'C:/emmy/x.ipynb': its name leads outside the download",
        "'emmy/../../x.ipynb': its name leads outside the download",
        "'update_rules.ipynb' in 'emmy/bomb.zip': it has 101.0 MB, which is too large",
        "'emmy/bomb.ipynb': it has 101.0 MB, which is too large",
        r"'emmy/\x1b[31m.ipynb': its name contains control characters",
        "'mary_ann/update_rules.ipynb': it is a link",
        "'emmy/no.zip': it is not a zip that can be read",
        "'emmy/twice.ipynb': the zip contains 2 files with this name",
        "'emmy/many.zip': it holds more than 2000 files",
    ):
        assert line in done.err
    assert "\x1b" not in done.err
    done = course.load("folder", bytes(secret))
    assert "'josé/secret.ipynb': it is encrypted" in done.err
    assert set(course.read()) == {"ada"}


def test_sender_is_not_guessed_if_two_people_have_the_same_name(course):
    files = [("lovelaceada_777_1_x.ipynb", A), ("lovelaceada_888_2_x.ipynb", B), ("noetheremmy_778_3_x.ipynb", C)]
    done = course.load("canvas", zipped(files))
    assert (done.code, set(course.read())) == (1, {"emmy"})
    assert "2 people have the same name as ada" in done.err
    done = course.load("canvas", zipped(files), CANVAS_ROSTER)
    assert course.read()["ada"] == (A, ON_TIME)
    assert "'lovelaceada_888_2_x.ipynb': no student matches '888' / 'lovelaceada'" in done.err


def test_file_name_with_the_numbers_of_two_students_is_refused(course):
    done = course.load("canvas", zipped([("lovelaceada_778_777_1_x.ipynb", A)]), CANVAS_ROSTER)
    assert (done.code, course.read()) == (1, {})
    assert "it may come from ada or emmy" in done.err


def test_folder_names_become_student_ids_if_the_gradebook_is_empty(course):
    with Gradebook(f"sqlite:///{course.folder}/build/gradebook.db", "demo") as gradebook:
        for student in gradebook.students:
            gradebook.remove_student(student.id)
    done = course.load("folder", zipped([("all/new/x.ipynb", A), ("all/-x/x.ipynb", B), ("all/too/x.ipynb", C)]))
    assert (done.code, set(course.read())) == (1, {"new", "too"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("nosuch", zipped([]), "canvas"), "There is no assignment 'nosuch'."),
        (("update_rules", b"no zip", "canvas"), "must be a zip or an unpacked folder"),
        (("update_rules", "missing.zip", "canvas"), "There is no file or folder"),
        (
            ("update_rules", zipped([("a/x.ipynb", A)]), "gradescope"),
            "A Gradescope export contains submission_metadata",
        ),
        (("update_rules", zipped([("submission_metadata.yml", "a: [")]), "gradescope"), "cannot be read"),
        (("update_rules", zipped([]), "canvas", "a,b\n1,2\n"), "has no column that identifies students"),
        (("update_rules", zipped([]), "canvas", "id\nx/y\n"), "line 2: a student ID must not contain '/'"),
        (("update_rules", zipped([]), "canvas", "id\nada\nada\n"), "line 3: ada is in this file twice"),
        (("update_rules", zipped([]), "canvas", "id,submitted_at\nada,gestern\n"), "the time 'gestern' must look like"),
    ],
)
def test_unusable_input_is_reported_in_one_sentence(course, arguments, sentence):
    assignment, download, platform, *roster = arguments
    done = course.load(platform, download, *roster, assignment=assignment)
    assert done.code == 1
    assert done.err.count("\n") == 1
    assert sentence in done.err
    assert course.read() == {}
