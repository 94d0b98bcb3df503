"""Small pictures for a failing check: the student's output next to what is expected, as SVG inside the report's HTML.

An exercise declares what is drawn with a `Picture`. Only exercises whose outputs people would rather look at than read
have one: curves, images and masks.
"""

from .declaration import Picture
from .draw import draw

__all__ = ["Picture", "draw"]
