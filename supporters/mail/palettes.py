"""The colours of emails and pages: a party chooses three, the others follow and can be read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import count

from supporters.text.contrast import LEAST_FOR_TEXT, contrast_ratio

PAPERS = ("#ffffff", "#f6f4ef")
DARK_PAPERS = ("#172024", "#0f1518", "#1f2a2f")
WHITE, BLACK, DARK_INK = "#ffffff", "#000000", "#0f1518"
STEPS = 50


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of emails, each as #rrggbb; `stripe` is only decoration."""

    header: str
    header_words: str
    stripe: str
    button: str
    button_words: str
    link: str
    dark_link: str
    dark_button: str
    dark_button_words: str


OURS = Palette(
    header="#0d4450",
    header_words="#ffffff",
    stripe="#f4b740",
    button="#0e4c59",
    button_words="#ffffff",
    link="#0b5767",
    dark_link="#8fd3df",
    dark_button="#86cfdc",
    dark_button_words="#06242b",
)


def derive_palette(accent: str, words: str, stripe: str) -> Palette:
    """Return the palette of a party. Links are as near to its accent as can be read."""
    if (accent, words, stripe) == (OURS.header, OURS.header_words, OURS.stripe):
        return OURS
    light = reach(accent, WHITE, is_read_on(DARK_PAPERS))
    return Palette(
        header=accent,
        header_words=words,
        stripe=stripe,
        button=accent,
        button_words=words,
        link=reach(accent, BLACK, is_read_on(PAPERS)),
        dark_link=light,
        dark_button=light,
        dark_button_words=DARK_INK,
    )


def is_readable(words: str, ground: str) -> bool:
    """Tell whether a text of one colour can be read on another (WCAG 2.2, 1.4.3)."""
    return contrast_ratio(words, ground) >= LEAST_FOR_TEXT


def suggest_words(ground: str) -> str:
    """Return the colour of a text on a ground: white or black. One of them can always be read."""
    return max((WHITE, BLACK), key=lambda words: contrast_ratio(words, ground))


def is_read_on(papers: Iterable[str]) -> Callable[[str], bool]:
    """Return the condition that a colour can be read on all of these papers."""
    return lambda colour: all(is_readable(colour, paper) for paper in papers)


def reach(colour: str, end: str, is_enough: Callable[[str], bool]) -> str:
    """Return the first colour that is enough on the way from one to another."""
    return next(each for step in count() if is_enough(each := mix(colour, end, step / STEPS)))


def mix(colour: str, other: str, share: float) -> str:
    """Return a colour between two: with share 0 it is the first one, with 1 the other."""
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()
