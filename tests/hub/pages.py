"""What people do in the browser: students in JupyterLab, graders in the formgrader."""

import copy

from .running import PATIENCE

TIMEOUT = 1000 * PATIENCE  # milliseconds to wait for an element, for example while a server starts
SIZE = {"width": 1280, "height": 800}


class Person:
    """A user of the hub, in a separate browser window."""

    def __init__(self, hub, browser, name, screens):
        self.hub, self.name, self.screens = hub, name, screens
        self.window = browser.new_context(viewport=SIZE, timezone_id="UTC")
        self.open_tab()

    def open_tab(self):
        """Open an empty tab in this person's window, and continue in that tab."""
        self.page = self.window.new_page()
        self.page.set_default_timeout(TIMEOUT)

    def in_new_tab(self):
        """Return the same person, who is still logged in, in an empty tab. `self` stays in its tab."""
        person = copy.copy(self)
        person.open_tab()
        return person

    def log_in(self):
        """Log in with a name and a password, without waiting for the next page. Return `self`."""
        self.page.goto(self.hub.url)
        self.page.locator("#username_input").fill(self.name)
        self.page.locator("#password_input").fill(self.hub.passwords[self.name])
        self.page.get_by_role("button", name="Sign in").click(no_wait_after=True)
        return self

    def status(self, path):
        """Open a page as this person, and return the HTTP status."""
        return self.page.goto(self.hub.url + path).status

    def screenshot(self, name):
        """Save a numbered screenshot."""
        self.screens.mkdir(parents=True, exist_ok=True)
        number = len(list(self.screens.glob("*.png"))) + 1
        self.page.screenshot(path=self.screens / f"{number:02d}-{self.name}-{name}.png", animations="disabled")


class Student(Person):
    """A student in JupyterLab, with nbgrader's Assignment List."""

    def read_feedback(self, name):
        """Fetch the feedback on the submission, open it, and return the body of the page."""
        self.show_list()
        submitted = self.page.locator("#submitted_assignments_list")
        submitted.get_by_text("feedback available to fetch").wait_for()
        submitted.get_by_role("button", name="Fetch Feedback").click()
        submitted.get_by_text("view feedback").click()
        self.page.locator(".jp-DirListing-item", has_text=f"{name}.html").dblclick()
        page = self.page.frame_locator(".jp-HTMLViewer iframe").locator("body")
        page.locator(".total").wait_for()
        return page

    def open_list(self):
        """Open the Assignment List from the menu."""
        self.page.locator(".jp-Launcher").wait_for()
        self.page.get_by_role("menuitem", name="Nbgrader").click()
        entry = self.page.get_by_role("menuitem", name="Assignment List")
        entry.wait_for()
        self.screenshot("menu")
        entry.click()
        self.page.locator("#released_assignments_list .list_item").wait_for()

    def show_list(self):
        """Go back to the Assignment List's tab and refresh the list."""
        self.page.get_by_role("tab", name="Assignments").click()
        self.page.locator("#refresh_assignments_list").click()

    def fetch(self):
        self.page.locator("#released_assignments_list").get_by_role("button", name="Fetch").click()
        self.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").wait_for()

    def open_notebook(self, name):
        """Open a fetched notebook from the list, and wait for its kernel."""
        fetched = self.page.locator("#fetched_assignments_list")
        fetched.locator(".assignment-notebooks-link", has_text=name).click()
        fetched.locator(".assignment-notebooks .item_name", has_text=name).get_by_text(name).click()
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()

    def cell(self, text):
        """Return the cell that contains `text`."""
        return self.page.locator(".jp-NotebookPanel .jp-Cell", has_text=text)

    def run(self, text):
        """Run the cell that contains `text`, with the keyboard shortcut."""
        self.cell(text).locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")

    def type_last_line(self, function, text):
        """Replace the last line of a function's cell with `text`."""
        self.cell(f"def {function}(").locator(".cm-line").last.click()
        self.page.keyboard.press("Home")
        self.page.keyboard.press("Shift+End")
        self.page.keyboard.type(text)

    def write(self, placeholder, text):
        """Replace the placeholder of a written answer with `text`, and render the cell."""
        cell = self.cell(placeholder)
        cell.locator(".jp-MarkdownOutput").click()
        self.page.keyboard.press("Enter")
        cell.locator(".cm-focused").wait_for()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Shift+Enter")

    def check(self, exercise, expected):
        """Run an exercise's cell and its check, and wait until the check shows the expected text."""
        self.run(f"def {exercise}(")
        self.page.keyboard.press("Shift+Enter")  # runs the check in the next cell, which is now selected
        checked = self.cell(f'check("{exercise}", {exercise})')
        checked.get_by_text(expected).wait_for()
        checked.scroll_into_view_if_needed()

    def save(self):
        self.page.keyboard.press("Control+s")
        self.page.locator(".lm-TabBar-tab.jp-mod-current:not(.jp-mod-dirty)").wait_for()

    def validate(self):
        """Press Validate, and return the dialog with the results."""
        self.page.get_by_role("button", name="Validate").click()
        dialog = self.page.locator(".jp-Dialog", has_text="Validation Results")
        dialog.wait_for()
        return dialog

    def submit(self):
        self.show_list()
        self.page.locator("#fetched_assignments_list").get_by_role("button", name="Submit").click()
        self.page.locator("#submitted_assignments_list .nested_list_item").first.wait_for()


class Grader(Person):
    """A grader in the formgrader."""

    def go(self, path):
        self.page.goto(f"{self.hub.url}/services/gradlab/formgrader/{path}")

    def row(self, name):
        return self.page.locator("#main-table tr", has_text=name)

    def press(self, name, action):
        """Click an icon in a row of the table, check that the action succeeds, and close the dialog."""
        self.row(name).locator(f".{action} a").click()
        dialog = self.page.locator(".modal.in", has=self.page.locator(".modal-title"))
        dialog.wait_for()
        title = dialog.locator(".modal-title").inner_text()
        message = dialog.locator(".modal-body").inner_text()
        assert title == "Success", f"{action} {name}: {message}"
        dialog.get_by_text("OK", exact=True).click()
        self.page.locator(".modal-backdrop").wait_for(state="detached")

    def set_due_date(self, name, due):
        self.row(name).locator(".edit a").click()
        self.page.locator("input.modal-duedate").fill(due)
        self.screenshot("due-date")
        self.page.get_by_role("button", name="Save").click()
        self.row(name).get_by_text(due[:10]).wait_for()

    def show_submissions(self, assignment):
        """Open the list of submissions to an assignment, and show the students' names."""
        self.go(f"gradebook/{assignment}/{assignment}")
        self.page.get_by_text("Submission #1").wait_for()
        self.page.get_by_role("button", name="Show All Names").click()

    def open_submission(self, student):
        self.page.get_by_text(student).click()
        self.page.locator(".comment").last.wait_for()

    def export(self, assignment):
        """Export the grades in a terminal of the course's server, and open an assignment's CSV file there."""
        self.page.goto(f"{self.hub.url}/services/gradlab/lab")
        self.page.locator(".jp-LauncherCard", has_text="Terminal").click()
        self.page.locator(".jp-Terminal .xterm-screen").click()
        self.page.keyboard.type("nbgrader export\n")
        for name in ("build", "grades", f"{assignment}.csv"):
            self.page.locator(".jp-DirListing-item").get_by_text(name, exact=True).dblclick()
        self.page.locator(".jp-CSVViewer canvas").first.wait_for()

    def grade(self, question, points, comment):
        """Enter points and a comment for a written answer, on the page of a submission."""
        score, comments = f"#{question}", f"#{question}-comment"
        for ready in (f"{score}_extra_credit[placeholder]", f"{comments}[placeholder]"):
            self.page.locator(ready).wait_for()  # until these appear, the page does not save input
        for field, text in ((score, str(points)), (comments, comment)):
            with self.page.expect_response(lambda response: response.request.method == "PUT") as saved:
                self.page.locator(field).fill(text)
                self.page.locator(field).blur()
            assert saved.value.ok
