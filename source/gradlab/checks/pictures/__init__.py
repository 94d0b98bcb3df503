"""Small pictures for a failing check: the student's output next to the expected one, as SVG inside the report's HTML.

A `Picture` declares what an exercise draws. Only exercises whose outputs are easier to look at than to read have one:
curves, images, masks, and the places of random crops.
"""

from .declaration import Picture
from .draw import draw

__all__ = ["Picture", "draw"]
