"""The feedback page in headless Chromium, in every state: readable on a phone, in dark mode, on paper, and by everyone.

axe-core finds barriers for people with disabilities. It is an npm package, which `make browser` installs; without it,
the tests that need it are skipped.
"""

import os
import sys
from pathlib import Path

import pytest

from .states import STATES, exporter_for, page

AXE = Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 1280)  # pixels
SCHEMES = ("light", "dark")
# Together, these states contain everything that appears in any state.
COLORFUL = ("unreadable", "stopped", "late, with late days", "set by hand", "comments", "hostile")

# The elements with text whose contrast with the background behind them is too low (WCAG, level AA).
TOO_LOW = """() => {
    const channels = color => color.match(/[\\d.]+/g).map(Number);
    const luminance = color => {
        const linear = c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
        const [r, g, b] = channels(color).map(c => linear(c / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const background = element => {
        while (element && channels(getComputedStyle(element).backgroundColor)[3] === 0) element = element.parentElement;
        return getComputedStyle(element).backgroundColor;
    };
    const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const found = {};
    for (const element of [...document.body.querySelectorAll("*")].filter(hasText)) {
        const [low, high] = [getComputedStyle(element).color, background(element)].map(luminance).sort((a, b) => a - b);
        const contrast = (high + 0.05) / (low + 0.05);
        if (!(contrast >= 4.5)) found[element.outerHTML.slice(0, 100)] = contrast;
    }
    return found;
}"""
# The elements with text, other than those that scroll by themselves, that extend beyond the window.
CUT = """() => [...document.body.querySelectorAll("main *, header *")].filter(element =>
    element.getBoundingClientRect().right > innerWidth + 1 && !element.closest(".wide") && element.textContent.trim()
    && getComputedStyle(element).display !== "none").map(element => element.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The page in each state, as a file."""
    folder = tmp_path_factory.mktemp("feedback")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.environ["PATH"])
        patch.setenv("JUPYTER_PATH", os.environ.get("JUPYTER_PATH", ""))
        exporter = exporter_for(folder)
        for state, changes in STATES.items():
            (folder / f"{state}.html").write_text(page(exporter, **changes), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tab(browser):
    """A tab that ignores the page's policy, which would not let axe run."""
    return browser.new_context(bypass_csp=True).new_page()


@pytest.fixture
def opened(tab, files):
    """``opened(state)`` opens a page."""

    def opened(state, width=320, scheme="light"):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(media="screen", color_scheme=scheme)
        tab.goto((files / f"{state}.html").as_uri())
        return tab

    return opened


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("state", STATES)
def test_page_does_not_scroll_sideways_and_cuts_nothing_off(state, width, opened):
    shown = opened(state, width)
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    cut = [element for element in shown.evaluate(CUT) if "99cm" not in element]  # an empty space of that width
    assert cut == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("state", COLORFUL)
def test_text_has_enough_contrast(state, scheme, opened):
    shown = opened(state, scheme=scheme)
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(22, 24, 26)"
    )
    assert shown.evaluate(TOO_LOW) == {}


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not installed: run `make browser`")
@pytest.mark.parametrize("state", COLORFUL)
def test_axe_finds_no_violations(state, opened):
    shown = opened(state)
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate("axe.run()")
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found["violations"]] == []
    assert len(found["passes"]) > 10


def test_text_with_low_contrast_and_text_beyond_the_window_would_be_found(opened):
    shown = opened("mistake")
    shown.evaluate("document.body.style.setProperty('--quiet', '#999')")
    shown.evaluate("document.querySelector('.total').style.whiteSpace = 'nowrap'")
    shown.evaluate("document.querySelector('.total').append('x'.repeat(99))")
    shown.evaluate("document.querySelector('.total').style.width = 'max-content'")
    assert {element[:3] for element in shown.evaluate(TOO_LOW)} == {"<dt", "<td"}
    assert [element[:16] for element in shown.evaluate(CUT)] == ['<p class="total"']


def test_first_press_of_tab_shows_the_skip_link(opened):
    shown = opened("mistake")
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to your points"
    assert shown.evaluate("document.activeElement.getBoundingClientRect().left") >= 0


def test_wide_formulas_and_tables_are_focusable_and_scroll(opened):
    shown = opened("hostile")
    wide = "[...document.querySelectorAll('.wide')].filter(element => element.scrollWidth > element.clientWidth)"
    assert shown.evaluate(f"{wide}.length") >= 3
    assert shown.evaluate(f"{wide}.every(element => element.tabIndex === 0 && element.clientWidth <= innerWidth)")


def test_printed_page_has_white_background_wrapped_code_and_no_released_prose(opened):
    shown = opened("mistake", scheme="dark")
    shown.emulate_media(media="print", color_scheme="dark")
    assert shown.evaluate("getComputedStyle(document.querySelector('pre')).whiteSpace") == "pre-wrap"
    assert shown.evaluate(TOO_LOW) == {}
    text = shown.inner_text("body")
    assert "def adam" in text
    assert "1 Descent" in text
    assert "a demo" not in text
    assert "Text with" not in text
