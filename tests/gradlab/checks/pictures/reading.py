"""Read a picture as a browser and a screen reader do."""

import xml.etree.ElementTree as ElementTree


class Shown:
    """A parsed picture.

    Attributes
    ----------
    sentence : str
        What a screen reader reads.
    texts : list of str
    paths : list of dict
        The attributes of each path.
    """

    def __init__(self, svg):
        tree = ElementTree.fromstring(svg)
        assert tree.tag == "svg"
        assert tree.get("role") == "img"
        self.sentence = tree.get("aria-label")
        self.texts = [element.text for element in tree.iter("text") if element.text]
        self.paths = [element.attrib for element in tree.iter("path")]

    def curves(self, dashed):
        """Return the points of the longest curve, as lists of pairs, one list per unbroken piece."""
        found = [p["d"] for p in self.paths if p.get("stroke-width") == "2" and ("stroke-dasharray" in p) == dashed]
        pieces = max(found, key=len).split("M")[1:]
        return [[tuple(map(float, point.split())) for point in piece.split("L")] for piece in pieces]


def pictures_in(html):
    """Return the pictures in a report. The report must be well-formed XML."""
    tree = ElementTree.fromstring(html)
    return [Shown(ElementTree.tostring(svg)) for svg in tree.iter("svg") if svg.get("role") == "img"]
