"""Imports submissions from Canvas, Moodle, or Gradescope, or from plain folders.

`download` reads a platform's download, and `senders` says who sent each file in it and when. `roster` finds the
student, `notebooks` finds the notebook for the assignment, and `collect` puts it where `nbgrader autograde` looks for
it. Nothing in a download is trusted, because students choose the names and the contents of its files.
"""
