"""The classes of codes without words: reply codes (RFC 5321) and enhanced codes (RFC 3463)."""

import re
from collections.abc import Collection

from supporters.bounce_classes.classes import BounceClass

TEMPORARY, PERMANENT = 4, 5  # first digits
ENHANCED_CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
REPLY_CODE = re.compile(r"(?<![\w.@-])[45][0-5]\d(?![\w.@])")

# Evidence by itself that nobody reads the mailbox, with a permanent code (REQ-99).
HARD = {
    **dict.fromkeys(("1.1", "1.6"), BounceClass.NO_MAILBOX),
    **dict.fromkeys(("1.2", "1.10", "4.4"), BounceClass.NO_DOMAIN),
}
SOFT_OR_OURS = {
    **dict.fromkeys(("1.7", "1.8"), BounceClass.AUTHENTICATION),  # of the sender
    "2.1": BounceClass.DISABLED,
    "2.2": BounceClass.FULL,
    **dict.fromkeys(("2.3", "3.4"), BounceClass.SIZE),
    **dict.fromkeys(("3.1", "3.2", "4.1", "4.2", "4.3", "4.5"), BounceClass.TRANSIENT),
    **dict.fromkeys(("4.7", "4.300"), BounceClass.EXPIRED),
    **dict.fromkeys(("4.6", "4.14", "6.7"), BounceClass.PROTOCOL),
    **dict.fromkeys((f"5.{detail}" for detail in (1, 2, 4, 5, 6)), BounceClass.PROTOCOL),
    **dict.fromkeys(("5.3", "7.28", "7.38"), BounceClass.RATE),
    **dict.fromkeys(
        (f"7.{detail}" for detail in (4, 8, 9, 11, 12, 13)), BounceClass.AUTHENTICATION
    ),
    **dict.fromkeys((f"7.{detail}" for detail in range(20, 28)), BounceClass.AUTHENTICATION),
    **dict.fromkeys(("7.29", "7.30", "7.509", "7.515"), BounceClass.AUTHENTICATION),
    **dict.fromkeys((f"7.{detail}" for detail in range(606, 650)), BounceClass.REPUTATION),
}
OF_SUBJECTS = {"6": BounceClass.CONTENT, "7": BounceClass.POLICY}
OF_REPLY_CODES = {
    **dict.fromkeys(range(500, 505), BounceClass.PROTOCOL),
    **dict.fromkeys((530, 534, 535, 538), BounceClass.AUTHENTICATION),
    552: BounceClass.FULL,
}

SAYS_NOTHING = {f"{digit}.{detail}" for digit in (4, 5) for detail in ("0.0", "1.0", "3.0", "5.0")}


def find_codes(code: int | None, status: str | None, words: str) -> tuple[int | None, str | None]:
    """Return the codes, or where they are missing or name no cause those that the words quote."""
    if not status or status in SAYS_NOTHING:
        quoted = [each[0] for each in ENHANCED_CODE.finditer(words)]
        vague = next(iter(quoted), status)  # the server's own
        status = next((each for each in quoted if each not in SAYS_NOTHING), vague)
    if code is None:
        found = REPLY_CODE.search(words)
        code = int(found[0]) if found else None
    return code, status


def class_of_codes(code: int | None, status: str | None) -> BounceClass:
    """Return what the codes alone are evidence of. No reply code alone is evidence of a death."""
    if status is None:
        return OF_REPLY_CODES.get(code or 0, class_of_digit(code, status))
    digit, _, detail = status.partition(".")
    if digit == str(PERMANENT) and detail in HARD:
        return HARD[detail]
    subject = detail.partition(".")[0]
    by_status = SOFT_OR_OURS.get(detail) or OF_SUBJECTS.get(subject)
    return by_status or class_of_digit(code, status)


def list_statuses(classes: Collection[BounceClass]) -> frozenset[str]:
    """Return the permanent enhanced codes that are evidence of one of these classes."""
    known = {**SOFT_OR_OURS, **HARD}
    return frozenset(f"{PERMANENT}.{each}" for each, found in known.items() if found in classes)


def class_of_digit(code: int | None, status: str | None) -> BounceClass:
    """Return what the first digits alone say."""
    return BounceClass.TRANSIENT if is_temporary(code, status) else BounceClass.UNKNOWN


def is_temporary(code: int | None, status: str | None) -> bool:
    """Tell whether the server may take the email later; the enhanced code is the more exact."""
    digit = int(status[0]) if status else (code or 0) // 100
    return digit == TEMPORARY
