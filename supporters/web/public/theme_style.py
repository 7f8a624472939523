"""The colours of the party on public pages, as a style sheet that follows the site's own.

All of them can be read, in light and in dark mode: what the owners chose is changed as little as
that needs. Only a preview has words that can't be read, while the form refuses their colours.
"""

from collections.abc import Mapping

from supporters.mail.palettes import (
    BLACK,
    DARK_INK,
    DARK_PAPERS,
    WHITE,
    Palette,
    is_readable,
    mix,
    reach,
)
from supporters.text.contrast import contrast_ratio

INK = "#16202a"
DARK_WORDS = "#e9eef0"
SOFTNESS = (0.2, 0.15, 0.1, 0.05, 0.0)  # shares of the ground in soft words; the softest first
TINT, DEEPER = 0.12, 0.25
READ_WITH_EASE = 7.0  # of 21: light words on the head of pages in dark mode


def write_style(palette: Palette) -> str:
    """Return the style sheet of a palette."""
    dark = _write(_dark_colours(palette))
    return (
        f":root{{{_write(_light_colours(palette))}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    )


def _light_colours(palette: Palette) -> Mapping[str, str]:
    return {
        **_head(palette.header, palette.header_words),
        "stripe": palette.stripe,
        "brand": palette.link,
        "on-brand": WHITE,
        "button": palette.button,
        "on-button": palette.button_words,
        "brand-tint": mix(WHITE, palette.header, TINT),
        "link": palette.link,
    }


def _dark_colours(palette: Palette) -> Mapping[str, str]:
    """Return the colours of dark mode. The head of pages is never bright there."""
    ground = reach(palette.header, DARK_INK, _carries_light_words)
    return {
        **_head(ground, WHITE),
        "brand": palette.dark_link,
        "on-brand": DARK_INK,
        "button": palette.dark_button,
        "on-button": palette.dark_button_words,
        "brand-tint": mix(DARK_PAPERS[0], palette.dark_link, TINT),
        "link": palette.dark_link,
    }


def _head(ground: str, words: str) -> Mapping[str, str]:
    soft = (mix(words, ground, share) for share in SOFTNESS)
    away = BLACK if contrast_ratio(ground, WHITE) > contrast_ratio(ground, BLACK) else WHITE
    return {
        "banner": ground,
        "on-banner": words,
        "on-banner-soft": next((each for each in soft if is_readable(each, ground)), words),
        "banner-deep": mix(ground, away, DEEPER),
    }


def _carries_light_words(ground: str) -> bool:
    return contrast_ratio(ground, DARK_WORDS) >= READ_WITH_EASE


def _write(colours: Mapping[str, str]) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in colours.items())
