"""HTML in which nothing can run or load: only listed elements, attributes, and addresses are kept.

The text comes from our own renderers, which escape what students write. This module is a second line of defense: it
reads the HTML that a page will contain and rewrites every tag. Text and values are escaped on the way, and no
element whose content a browser reads differently (such as `style`, `textarea`, or a comment) is kept, so a browser
finds the elements written here and no others. We wrote this ourselves because sanitizers don't keep MathML and SVG, and
take longer for a page than all other steps together.
"""

import re
from collections import Counter
from collections.abc import Iterable
from html import escape
from html.parser import HTMLParser

from .picture_size import is_moderate

HTML = """a b blockquote br code del details div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s section span strong sub
    summary sup table tbody td tfoot th thead tr u ul"""
MATHML = """math menclose mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt
    mstyle msub msubsup msup mtable mtd mtext mtr munder munderover none"""
SVG = "circle g line path polygon polyline rect svg text tspan"
ELEMENTS = frozenset(f"{HTML} {MATHML} {SVG}".split())
VOID = frozenset({"br", "hr", "img"})

GENERAL = "aria-hidden aria-label class height role style tabindex title width"
IN_HTML = "alt colspan href open rowspan src start"
IN_MATHML = """accent accentunder columnalign columnlines columnspacing depth display displaystyle fence form
    frame largeop linethickness lspace mathbackground mathcolor mathvariant maxsize minsize movablelimits notation
    rowlines rowspacing rspace scriptlevel separator stretchy symmetric voffset xmlns"""
IN_SVG = """cx cy d dx dy fill fill-opacity font-family font-size font-style font-weight opacity points r rx ry
    shape-rendering stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-opacity stroke-width text-anchor
    transform vector-effect viewbox x x1 x2 y y1 y2"""
ATTRIBUTES = frozenset(f"{GENERAL} {IN_HTML} {IN_MATHML} {IN_SVG}".split())

LINK = re.compile(r"(?:https?://|mailto:|#)[^\s\x00-\x1f\x7f]*", re.IGNORECASE)
IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=]*", re.IGNORECASE)
STYLE = re.compile(r"(?:[a-z-]+: ?[#\w.%, -]+(?:;\s*|$))*")  # no parentheses, because `url(` loads a file
DRAWING = re.compile(r"(?!.*url)[\w#.,%() +-]*", re.IGNORECASE)  # `url(` loads a file
VALUES = {"href": LINK, "src": IMAGE, "style": STYLE, "tabindex": re.compile("0")} | dict.fromkeys(
    IN_SVG.split(), DRAWING
)
LEFT_OUT = '<span class="left-out">[{} left out]</span> '


def only_allowed(html: str) -> str:
    """Return HTML with only the allowed elements, attributes, and addresses, and with every element closed.

    A link that leads to anything but a web page, an email address, or a place in the page loses its address, and gets a
    note. A note also replaces each picture that is not part of the page. The text inside an element that is not allowed
    is kept.
    """
    writer = _Writer()
    writer.feed(html)
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    """Writes the allowed parts of the HTML that it reads."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.open: list[str] = []
        self.times_open: Counter[str] = Counter()

    def result(self) -> str:
        while self.open:
            self._close_last()
        return "".join(self.written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            return
        kept = {name: value or "" for name, value in attrs if _is_allowed(name, value or "")}
        if tag == "img" and "src" not in kept:
            self.written.append(LEFT_OUT.format("picture") + escape(kept.get("alt", "")))
            return
        if tag == "a" and "href" not in kept and "href" in dict(attrs):
            self.written.append(LEFT_OUT.format("link"))
        self.written.append(f"<{tag}{_written(kept.items())}>")
        if tag not in VOID:
            self.open.append(tag)
            self.times_open[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if self.times_open[tag]:
            while self._close_last() != tag:
                pass

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_data(self, data: str) -> None:
        self.written.append(escape(data, quote=False))

    def _close_last(self) -> str:
        tag = self.open.pop()
        self.times_open[tag] -= 1
        self.written.append(f"</{tag}>")
        return tag


def _is_allowed(name: str, value: str) -> bool:
    if name not in ATTRIBUTES or (name in VALUES and not VALUES[name].fullmatch(value)):
        return False
    return name != "src" or is_moderate(value.partition(",")[2])


def _written(attributes: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{escape(value)}"' for name, value in attributes)
