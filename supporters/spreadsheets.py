"""Keeps cells of a CSV file from being run as formulas, and undoes it exactly.

A spreadsheet takes a cell that begins with one of these as a formula, or drops the character and
then does. One set up for French takes semicolons for the ends of cells, so what follows one counts
as a beginning. The mark is the apostrophe, which spreadsheets take as "this is text".
"""

import re

_LEADS_TO_A_FORMULA = re.compile(r"(^|;)(?='*[=+\-@\t\r\0])")
_MARK = re.compile(r"(^|;)'(?='*[=+\-@\t\r\0])")


def neutralise(cell: str) -> str:
    """Return the cell as it may stand in a CSV file; what looks marked is marked once more."""
    return _LEADS_TO_A_FORMULA.sub(r"\1'", cell)


def restore(cell: str) -> str:
    """Return what a cell was before `neutralise`."""
    return _MARK.sub(r"\1", cell) if "'" in cell else cell
