"""A class on the hub, in the browser: two students and two graders at once, each in a separate browser window."""

import csv

import pytest

from autograder import catalogue

from .conftest import SCREENS
from .pages import Grader, Student

WRONG = 'config = {"learning_rate": 1e-2, **(config or {})}\nreturn w + config["learning_rate"] * dw, config'
FIXED = 'return w - config["learning_rate"] * dw, config'
CONSTANT_RATE = "return w - 1e-2 * dw, config or {}"
PRAISE = "Right, and you give a number. What do minibatches do to the Hessian?"
CRITICISM = "Please write an answer next time."
ANSWER = "Newton's method needs the Hessian of a million weights: a trillion numbers."
QUESTION = "momentum_or_newton"
NAME = "update_rules"
POINTS = catalogue.assignments()[NAME].points


@pytest.fixture(scope="module")
def people(hub, browser):
    """The students and the graders, logged in. Their screenshots are saved in build/screens."""
    for old in SCREENS.glob("*.png"):
        old.unlink()
    ada, grace = (Student(hub, browser, name, SCREENS) for name in ("ada", "grace"))
    instructor, assistant = (Grader(hub, browser, name, SCREENS) for name in ("instructor", "assistant"))
    ada.page.goto(hub.url)
    ada.screenshot("login")
    people = [person.log_in() for person in (ada, grace, instructor, assistant)]
    for person in people:
        person.page.locator(".jp-LabShell, #main-table").wait_for()
    yield people
    for person in people:
        person.screenshot("at-the-end")


def test_class_works_from_release_to_feedback(hub, people):
    ada, grace, instructor, assistant = people
    release(instructor)
    for student in (ada, grace):
        fetch_and_open(student)
    answer(ada)
    answer_in_a_hurry(grace)
    for student in (ada, grace):
        student.submit()
        student.screenshot("submitted")
    grade(instructor)
    grade_by_hand({instructor: ("Lovelace, Ada", 2, PRAISE), assistant: ("Hopper, Grace", 0, CRITICISM)})
    release_feedback(instructor)
    read_feedback(ada, f"3 of {POINTS:g} points", PRAISE)
    read_feedback(grace, f"0.25 of {POINTS:g} points", CRITICISM, "Does the learning rate in")
    instructor.export(NAME)
    instructor.screenshot("grades")
    assert exported_grades(hub) == {"ada": (1, 2, 3), "grace": (0.25, 0, 0.25)}


def release(instructor):
    instructor.row(NAME).wait_for()
    instructor.screenshot("formgrader")
    instructor.set_due_date(NAME, "2030-12-06T18:00")
    instructor.press(NAME, "assign")
    instructor.press(NAME, "release")
    instructor.row(NAME).get_by_text("released").wait_for()
    instructor.screenshot("released")


def fetch_and_open(student):
    student.open_list()
    student.screenshot("list")
    student.fetch()
    student.open_notebook(NAME)
    student.page.locator("strong", has_text="Due: Friday, December 6, 2030, 18:00 UTC.").wait_for()
    student.screenshot("notebook")
    student.run("import matplotlib.pyplot as plt")


def answer(ada):
    """Make a mistake, read the hint, fix the mistake, and answer the written question."""
    ada.type_last_line("sgd", WRONG)
    ada.check("sgd", "Hint")
    ada.page.locator(".gradlab-hint summary").first.click()
    ada.cell('check("sgd", sgd)').get_by_text("Which way does the gradient point?").wait_for()
    ada.screenshot("hint")
    ada.type_last_line("sgd", FIXED)
    ada.check("sgd", "sgd: 4 of 4 cases pass, 1 of 1 points")
    ada.screenshot("passed")
    ada.write("Write your answer here", ANSWER)
    ada.cell(ANSWER).scroll_into_view_if_needed()
    ada.screenshot("written")
    ada.save()
    dialog = ada.validate()
    assert 'check("sgd", sgd)' not in dialog.inner_text()
    assert "`adam` is not written yet" in dialog.inner_text()
    ada.screenshot("validated")
    dialog.get_by_role("button", name="Ok").click()


def answer_in_a_hurry(grace):
    """Leave a mistake uncorrected, and do not answer the written question."""
    grace.type_last_line("sgd", CONSTANT_RATE)
    grace.check("sgd", "Hint")
    grace.page.locator(".gradlab-hint summary").first.click()
    grace.cell('check("sgd", sgd)').get_by_text("Does the learning rate in").wait_for()
    grace.screenshot("hint")
    grace.save()


def grade(instructor):
    instructor.press(NAME, "collect")
    instructor.row(NAME).locator(".num-submissions a").click()
    instructor.row("grace").wait_for()
    instructor.screenshot("collected")
    for name in ("ada", "grace"):
        instructor.press(name, "autograde")
    instructor.screenshot("autograded")


def grade_by_hand(work):
    """Let the graders grade written answers at the same time, in one gradebook."""
    for grader, (student, _, _) in work.items():
        grader.show_submissions(NAME)
        grader.screenshot("submissions")
        grader.open_submission(student)
    for grader, (_, points, comment) in work.items():
        grader.grade(QUESTION, points, comment)
        grader.screenshot("marked")


def release_feedback(instructor):
    instructor.go("manage_assignments")
    instructor.press(NAME, "generate-feedback")
    instructor.press(NAME, "release-feedback")
    instructor.screenshot("feedback-released")


def read_feedback(student, *texts):
    from playwright.sync_api import expect

    page = student.read_feedback(NAME)
    student.screenshot("feedback")
    for text in texts:
        assert text in page.inner_text()
    page.get_by_role("link", name="sgd", exact=True).click()
    expect(page.locator("#sgd-check")).to_be_in_viewport()
    student.screenshot("feedback-on-sgd")


def exported_grades(hub):
    """Return each student's exported points: for sgd, for the question, and in total."""
    with open(hub.course / "build" / "grades" / f"{NAME}.csv", encoding="utf-8", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file) if row["status"]}  # not the possible points
    return {name: tuple(float(row[column]) for column in ("sgd", QUESTION, "total")) for name, row in rows.items()}


REFUSED = {
    "/services/gradlab/formgrader": 403,
    "/services/gradlab/formgrader/api/assignments": 403,
    "/services/gradlab/lab": 403,
    "/services/gradlab/api/contents": 403,
    "/services/gradlab/files/build/gradebook.db": 403,
    "/tree/build/source": 403,
    "/user/grace/lab": 403,
    "/user/grace/api/contents": 403,
    "/hub/admin": 403,
    "/hub/api/users": 403,
    "/hub/api/users/grace": 404,  # the hub does not reveal which users exist
}


def test_student_cannot_open_pages_of_graders_or_other_students(people):
    ada, *_ = people
    ada = ada.in_new_tab()
    assert {path: ada.status(path) for path in REFUSED} == REFUSED
    for path, name in (("/services/gradlab/formgrader", "the-formgrader"), ("/user/grace/lab", "another-students")):
        ada.status(path)
        ada.screenshot(f"refused-{name}")


def test_grader_opens_files_from_the_formgrader(people):
    *_, assistant = people
    assistant.go("manage_assignments")
    with assistant.page.expect_popup() as opened:
        assistant.row(NAME).locator(".name a").click()
    opened.value.get_by_text(f"{NAME}.ipynb").wait_for()


@pytest.mark.parametrize("path", ["/services/gradlab/formgrader", "/user/ada/lab"])
def test_stranger_is_redirected_to_the_login_page(hub, browser, path):
    stranger = Student(hub, browser, "stranger", SCREENS)
    stranger.status(path)
    assert stranger.page.url.startswith(f"{hub.url}/hub/login")
