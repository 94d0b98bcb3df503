"""Create the pictures for docs/hub.md from the screenshots taken in the hub's last test run: `make pictures`.

A phone is a third as wide as a screenshot, so a picture that is about one part of the window is cropped to that part.
"""

import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SCREENS = HERE.parents[1] / "build" / "screens"
PARTS = {"hint": (304, 116, 1236, 704)}  # left, top, right, and bottom, in pixels

for name in sys.argv[1:]:
    screenshot = min(SCREENS.glob(f"*-{name}.png"))  # the first screenshot with that name
    picture = Image.open(screenshot).convert("RGB").crop(PARTS.get(name))
    picture.quantize(64).save(HERE / f"{name}.png", optimize=True)
