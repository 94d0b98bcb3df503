"""Create the pictures for docs/hub.md from the screenshots taken in the hub's last test run: `make pictures`."""

import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
SCREENS = HERE.parents[1] / "build" / "screens"

for name in sys.argv[1:]:
    screenshot = min(SCREENS.glob(f"*-{name}.png"))  # the first screenshot with that name
    Image.open(screenshot).convert("RGB").quantize(64).save(HERE / f"{name}.png", optimize=True)
