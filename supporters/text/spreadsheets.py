"""Keeps cells of a CSV file from being run as formulas, and undoes it exactly.

A spreadsheet takes a cell that begins with one of these characters as a formula, or drops the
character and then does so; some take the full-width forms of the signs too. One set up for French
takes semicolons for the ends of cells, so the text after one counts as a beginning. Characters
without width don't separate a sign from the beginning. The mark is the apostrophe: spreadsheets
take it as "text".
"""

import re

SIGNS = r"=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20"
NO_WIDTH = r"\u200b-\u200f\u2060\ufeff\u00ad"
_BEGINS_A_FORMULA = rf"(?='*[{NO_WIDTH}]*[{SIGNS}])"
_LEADS_TO_A_FORMULA = re.compile(rf"(^|;){_BEGINS_A_FORMULA}")
_MARK = re.compile(rf"(^|;)'{_BEGINS_A_FORMULA}")


def neutralise(cell: str) -> str:
    """Return the cell for a CSV file; a cell that looks marked is marked once more."""
    return _LEADS_TO_A_FORMULA.sub(r"\1'", cell)


def restore(cell: str) -> str:
    """Return the cell as it was before `neutralise`."""
    return _MARK.sub(r"\1", cell) if "'" in cell else cell
