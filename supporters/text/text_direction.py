"""Texts in Arabic, Hebrew and other scripts that run from right to left, within our sentences.

A name in such a script would pull the words and digits beside it to its other side. Isolates
(Unicode, UAX 9) keep it apart: on pages, in attributes, in subjects and in plain text alike.
"""

import unicodedata

FIRST_RIGHT_TO_LEFT = "\N{HEBREW PUNCTUATION MAQAF}"
RIGHT_TO_LEFT = {"R", "AL"}
STRONG = RIGHT_TO_LEFT | {"L"}
OPEN_ISOLATE, CLOSE_ISOLATE = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def has_right_to_left(text: str) -> bool:
    """Tell whether a text has a letter of a script that runs from right to left."""
    if text.isascii() or max(text) < FIRST_RIGHT_TO_LEFT:
        return False
    return any(unicodedata.bidirectional(each) in RIGHT_TO_LEFT for each in text)


def runs_right_to_left(text: str) -> bool:
    """Tell whether the first letter with a direction runs from right to left."""
    if text.isascii():
        return False
    strong = (unicodedata.bidirectional(each) for each in text)
    return next((each for each in strong if each in STRONG), "L") in RIGHT_TO_LEFT


def isolate(text: str) -> str:
    """Return a text for within a sentence: set apart if it runs from right to left."""
    return f"{OPEN_ISOLATE}{text}{CLOSE_ISOLATE}" if has_right_to_left(text) else text
