"""Measures whether a page fits a telephone: in a wide and a narrow font, and with text spacing.

A page is loaded once; the fonts and the spacing are changed in it, and all its folds are open.
"""

from pathlib import Path

from playwright.sync_api import Page

WIDE_FONT, NARROW_FONT = "DejaVu Sans", "Yanone Kaffeesatz"
# A page must stand this spacing: WCAG 2.2, success criterion 1.4.12.
SPACING = (
    "* { line-height: 1.5 !important; letter-spacing: 0.12em !important;"
    " word-spacing: 0.16em !important } p { margin-block-end: 2em !important }"
)
FONT = ":root {{ --font-text: '{0}' !important; --font-title: '{0}' !important }}"
LOOKS = {
    "as it is": "",
    "with text spacing": SPACING,
    "in a narrow font": FONT.format(NARROW_FONT),
    "in a wide font for titles too, with text spacing": FONT.format(WIDE_FONT) + SPACING,
}
MEASURE = """(looks) => {
  const root = document.documentElement, sheet = new CSSStyleSheet(), faults = [];
  const folds = [...document.querySelectorAll("details:not([open])")];
  document.adoptedStyleSheets = [sheet];
  for (const fold of folds) fold.open = true;
  for (const [name, style] of Object.entries(looks)) {
    sheet.replaceSync(style);
    if (root.scrollWidth <= innerWidth) continue;
    const ends = (element) => element.getBoundingClientRect().right;
    const [widest] = [...document.body.querySelectorAll("*")].sort((a, b) => ends(b) - ends(a));
    faults.push(`${name}: ${root.scrollWidth} px, by ${widest.outerHTML.slice(0, 120)}`);
  }
  for (const fold of folds) fold.open = false;
  document.adoptedStyleSheets = [];
  return faults;
}"""

CHANGE = """(style) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(style);
  document.adoptedStyleSheets = [sheet];
}"""


def take_picture_in_narrow_font(page: Page, file: Path) -> None:
    """Take a picture of a page in the narrow font, and give it its own font back."""
    page.evaluate(CHANGE, LOOKS["in a narrow font"])
    page.screenshot(path=file, full_page=True)
    page.evaluate(CHANGE, "")


def what_is_too_wide(page: Page) -> list[str]:
    """Return the looks in which a page scrolls sideways, each with the element that is widest."""
    found: list[str] = page.evaluate(MEASURE, LOOKS)
    return found
