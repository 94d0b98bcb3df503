"""Makes the finished pages accessible with a keyboard or a screen reader, where their theme doesn't."""

import re
from pathlib import Path

from sphinx.application import Sphinx


def may_break(name: str) -> str:
    """Return a name in which lines may break after an underscore, a slash, a period, or a hyphen."""
    return re.sub(r"(?<=[\w;])([_/.-])(?=[\w&])", r"\1<wbr>", name)


ADDITIONS = (
    # Headings in the menu need a level.
    (re.compile(r'<p class="caption" role="heading">'), '<p class="caption" role="heading" aria-level="2">'),
    # Blocks that scroll sideways on a phone can be reached, and then scrolled, with the keyboard.
    (re.compile(r'<(pre|div class="(?:table|math)-wrapper [^"]*")>'), r'<\1 tabindex="0">'),
    # Long paths and names in tables may break after these characters, so that the last column stays on the screen.
    (
        re.compile(r'(?<=<span class="pre">)[^<>]+(?=</span>)|(?<=>)[^<>\s]+[_/][^<>\s]+(?=</(?:span></)?a>)'),
        lambda m: may_break(m[0]),
    ),
)


def add(app: Sphinx, error: Exception | None) -> None:
    """Make the additions to every page of the site."""
    if error is not None:
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = given = page.read_text(encoding="utf-8")
        for start_tag, complete in ADDITIONS:
            text = start_tag.sub(complete, text)
        if text != given:
            page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("build-finished", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
