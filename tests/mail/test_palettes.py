"""Links and buttons can be read with every colour of a party, in light and in dark mode."""

from hypothesis import given, strategies as st

from supporters.mail.palettes import (
    DARK_PAPERS,
    OURS,
    PAPERS,
    derive_palette,
    is_readable,
    suggest_words,
)
from supporters.text.contrast import contrast_ratio

colours = st.binary(min_size=3, max_size=3).map(lambda octets: f"#{octets.hex()}")


@given(accent=colours)
def test_every_colour_makes_a_palette_that_can_be_read(accent: str) -> None:
    made = derive_palette(accent, suggest_words(accent), "#ffffff")
    assert is_readable(made.header_words, made.header)
    assert is_readable(made.button_words, made.button)
    assert all(is_readable(made.link, paper) for paper in PAPERS)
    assert all(is_readable(made.dark_link, paper) for paper in DARK_PAPERS)
    assert is_readable(made.dark_button_words, made.dark_button)


def test_a_colour_that_can_be_read_stays_as_it_is() -> None:
    assert derive_palette("#7a1f5c", "#ffffff", "#ffcc00").link == "#7a1f5c"


def test_our_own_colours_are_those_of_before_and_can_be_read() -> None:
    assert derive_palette("#0d4450", "#ffffff", "#f4b740") is OURS
    pairs = [
        *[(OURS.header_words, OURS.header), (OURS.button_words, OURS.button)],
        *[(OURS.link, paper) for paper in PAPERS],
        *[(OURS.dark_link, paper) for paper in DARK_PAPERS],
        (OURS.dark_button_words, OURS.dark_button),
    ]
    assert min(contrast_ratio(*pair) for pair in pairs) >= 4.5
