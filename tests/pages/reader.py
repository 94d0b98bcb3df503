"""Reads a page as a browser does, as far as scripts and addresses are concerned."""

import re
from html.parser import HTMLParser

ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "background", "cite")
SAFE_LINK = re.compile(r"https?://|mailto:|#")
SAFE_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,")
ACTIVE = {"script", "iframe", "object", "embed", "base", "form", "link", "meta", "style", "button", "input", "textarea"}


class Reader(HTMLParser):
    """Lists, in `active`, a page's elements and attributes that could run, load, or send something.

    Attributes
    ----------
    active : list of str
    elements : list of str
        The names of all elements.
    text : str
        The text between the tags.
    """

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.active, self.elements, self.text = [], [], ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        if tag in ACTIVE:
            self.active.append(tag)
        for name, value in attributes:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            safe = SAFE_LINK if name == "href" else SAFE_PICTURE
            if name.startswith("on") or (name in ADDRESSES and not safe.match(address)):
                self.active.append(f"{tag} {name}={value}")

    def handle_data(self, data):
        self.text += data
