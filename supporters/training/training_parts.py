"""The parts that a visitor of a training plays: accounts of the sample party."""

from enum import StrEnum
from typing import NamedTuple

from flask_babel import LazyString, lazy_gettext as _

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.development.sample_party import APPROVER_EMAIL, AUTHOR_EMAIL, OWNER_EMAIL


class Part(StrEnum):
    """A part of the day."""

    AUTHOR = "author"
    APPROVER = "approver"
    OWNER = "owner"


EMAILS = {
    Part.AUTHOR: AUTHOR_EMAIL,
    Part.APPROVER: APPROVER_EMAIL,
    Part.OWNER: OWNER_EMAIL,
}
NAMES: dict[Part, LazyString] = {
    Part.AUTHOR: _("Author"),
    Part.APPROVER: _("Approver"),
    Part.OWNER: _("Owner"),
}


class PlayedPart(NamedTuple):
    """A part with the account that plays it."""

    part: Part
    words: LazyString
    account_name: str


def find_account_of_part(part: Part) -> Organiser | None:
    """Return the account of a part, unless somebody disabled it."""
    account = find_organiser_by_email(EMAILS[part])
    return account if account is not None and account.active else None


def list_parts() -> list[PlayedPart]:
    """Return the parts whose accounts can sign in."""
    found = ((part, find_account_of_part(part)) for part in Part)
    return [
        PlayedPart(part, NAMES[part], account.shown_name)
        for part, account in found
        if account is not None
    ]


def part_of(email: str) -> Part | None:
    """Return the part that an account plays."""
    return next((part for part, each in EMAILS.items() if each == email), None)
