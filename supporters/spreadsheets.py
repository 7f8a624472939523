"""Keeps cells of a CSV file from being run as formulas, and undoes it exactly.

A spreadsheet takes a cell that begins with one of these as a formula, or drops the character and
then does. The mark is the apostrophe, which spreadsheets take as "this is text".
"""

import re

_LEADS_TO_A_FORMULA = re.compile(r"'*[=+\-@\t\r\0]")
_IS_MARKED = re.compile(r"'+[=+\-@\t\r\0]")


def neutralise(cell: str) -> str:
    """Return the cell as it may stand in a CSV file; one that looks marked is marked once more."""
    return f"'{cell}" if _LEADS_TO_A_FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Return what a cell was before `neutralise`."""
    return cell[1:] if cell.startswith("'") and _IS_MARKED.match(cell) else cell
