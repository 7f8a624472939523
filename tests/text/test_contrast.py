"""The contrast of two colours, by pairs whose figures are known."""

import pytest

from supporters.text.contrast import LEAST_FOR_TEXT, contrast_ratio


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#FFFFFF", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.00),
        ("#ffff00", "#ffffff", 1.07),
        ("#010101", "#000000", 1.01),
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag_in_both_directions(a: str, b: str, ratio: float) -> None:
    assert contrast_ratio(a, b) == pytest.approx(ratio, abs=0.005)
    assert contrast_ratio(b, a) == contrast_ratio(a, b)


def test_the_lightest_grey_for_text_on_white_is_known() -> None:
    assert contrast_ratio("#767676", "#ffffff") > LEAST_FOR_TEXT
    assert contrast_ratio("#777777", "#ffffff") < LEAST_FOR_TEXT


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345", "#1234567"])
def test_anything_but_six_digits_is_refused(colour: str) -> None:
    with pytest.raises(ValueError, match=r"#rrggbb|colour"):
        contrast_ratio(colour, "#000000")
