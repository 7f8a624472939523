"""Keeps cells of a CSV file from being run as formulas, and undoes it exactly.

A spreadsheet takes a cell that begins with one of these characters as a formula, or drops the
character and then does so. One set up for French takes semicolons for the ends of cells, so the
text after one counts as a beginning. The mark is the apostrophe: spreadsheets take it as "text".
"""

import re

_LEADS_TO_A_FORMULA = re.compile(r"(^|;)(?='*[=+\-@\t\r\0])")
_MARK = re.compile(r"(^|;)'(?='*[=+\-@\t\r\0])")


def neutralise(cell: str) -> str:
    """Return the cell for a CSV file; a cell that looks marked is marked once more."""
    return _LEADS_TO_A_FORMULA.sub(r"\1'", cell)


def restore(cell: str) -> str:
    """Return the cell as it was before `neutralise`."""
    return _MARK.sub(r"\1", cell) if "'" in cell else cell
