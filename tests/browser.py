"""Finds the browser in which tests open pages."""

import shutil


def chromium():
    """Return the path of the system's Chromium or of a browser based on it, or None if there is neither."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
