"""The contrast of two colours, as WCAG 2.2 counts it (success criterion 1.4.3)."""

import re

COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
LEAST_FOR_TEXT = 4.5
DARKEST_LINEAR = 0.04045  # of sRGB: IEC 61966-2-1


def contrast_ratio(a: str, b: str) -> float:
    """Return the contrast of two #rrggbb colours: from 1.0 to 21.0. Raises ValueError."""
    darker, lighter = sorted([_luminance(a), _luminance(b)])
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    if not COLOUR.fullmatch(colour):
        raise ValueError(f"This is no colour of the form #rrggbb: {colour!r}")
    red, green, blue = (_linear(part / 255) for part in bytes.fromhex(colour[1:]))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= DARKEST_LINEAR else ((part + 0.055) / 1.055) ** 2.4
