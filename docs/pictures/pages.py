"""Create the pictures for README.md: screenshots of pages that `make demo` has written, taken with Chromium."""

import os
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build" / "demo" / "build"
# For each picture, a page, the id of the heading to begin at, and the height to show, in pixels.
PICTURES = {
    "feedback_page": (BUILD / "feedback" / "blaise" / "update_rules" / "update_rules.html", "", 560),
    "class_report": (BUILD / "report" / "update_rules.html", "exercises", 745),
}
WIDTH = 700  # a phone shows the picture at half this width, and its text is still readable
OPTIONS = [] if os.getuid() else ["--no-sandbox"]  # root cannot use Chromium's sandbox

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
    for name, (page, heading, height) in PICTURES.items():
        tab = browser.new_page(viewport={"width": WIDTH, "height": height}, device_scale_factor=2)
        tab.goto(f"{page.as_uri()}#{heading}")
        file = HERE / f"{name}.png"
        tab.screenshot(path=file)
        Image.open(file).convert("RGB").quantize(64).save(file, optimize=True)
