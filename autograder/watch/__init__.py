"""Grading on submit: `python -m autograder watch` collects, grades, and returns what arrives in the exchange."""
