"""The colours of pages: everything can be read, whatever accent the party chose."""

import re
from collections.abc import Iterator
from itertools import product

from supporters.mail.palettes import DARK_PAPERS, PAPERS, derive_palette, suggest_words
from supporters.text.contrast import contrast_ratio
from supporters.web.public.theme_style import DARK_WORDS, INK, write_style

LEVELS = ("00", "55", "aa", "ff")
ACCENTS = [f"#{red}{green}{blue}" for red, green, blue in product(LEVELS, LEVELS, LEVELS)]
COLOUR = re.compile(r"--([\w-]+):(#[0-9a-f]{6})")


def colours_of(accent: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the colours of light and of dark mode."""
    light, dark = write_style(derive_palette(accent, suggest_words(accent), "#f4b740")).split("@")
    return dict(COLOUR.findall(light)), dict(COLOUR.findall(dark))


def test_every_text_can_be_read_in_light_and_in_dark_mode() -> None:
    faults = [
        f"{accent}: {words} on {ground}"
        for accent in ACCENTS
        for words, ground in pairs_of(accent)
        if contrast_ratio(words, ground) < 4.5
    ]
    assert not faults


def pairs_of(accent: str) -> Iterator[tuple[str, str]]:
    """Yield each colour of words with what it is on, in both modes."""
    for colours, papers, ink in zip(
        colours_of(accent), (PAPERS, DARK_PAPERS), (INK, DARK_WORDS), strict=True
    ):
        yield colours["on-banner"], colours["banner"]
        yield colours["on-banner-soft"], colours["banner"]
        yield colours["on-button"], colours["button"]
        yield colours["on-brand"], colours["brand"]
        yield ink, colours["brand-tint"]
        yield from ((colours["link"], paper) for paper in papers)


def test_a_dark_accent_stays_as_it_is_and_a_bright_one_is_darkened_in_dark_mode() -> None:
    assert colours_of("#550000")[1]["banner"] == "#550000"
    light, dark = colours_of("#ffff00")
    assert light["banner"] == light["button"] == "#ffff00"
    assert contrast_ratio(dark["banner"], "#ffffff") > 7
