"""Extends a case by two months, within its first, and tells the person why (GDPR article 12(3))."""

from datetime import datetime, timedelta
from enum import Enum, auto

from flask_babel import force_locale, format_date

from supporters import clock
from supporters.database import transaction
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Draft, announce, put_letter
from supporters.people.keys import mailbox_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.rights.cases.noting import NewEntry, add_entry
from supporters.rights.cases.queries import find_case
from supporters.rights.models import Case, CaseAct
from supporters.rights.rules import (
    EXTENDED_MONTHS,
    PARIS,
    Extension,
    due_at,
    judge_extension,
    last_day,
)

LETTER_IS_OF_USE = timedelta(days=5)


class Extended(Enum):
    """What came of it; `UNTOLD` is extended, and somebody must tell the person by other means."""

    TOLD = auto()
    UNTOLD = auto()
    UNKNOWN = auto()
    REFUSED = auto()


def extend_case(case_id: int, reason: str, *, by: int | None) -> Extended:
    """Give a case two months more, and put a letter to the person into the outbox."""
    now = clock.now()
    with transaction():
        case = find_case(case_id, for_update=True)
        if case is None:
            return Extended.UNKNOWN
        if extension_of(case, now) is not Extension.POSSIBLE:
            return Extended.REFUSED
        case.extended_at, case.extension_reason = now, reason
        case.due_at = due_at(case.received_at, EXTENDED_MONTHS)
        known = None if case.subscriber_id is None else find_subscriber(case.subscriber_id)
        letter = None if known is None else _write(case, known, now)
        entry = NewEntry(act=CaseAct.EXTENDED, at=now, text=reason, by=by, letter=letter)
        add_entry(case_id, entry)
    if letter is None:
        return Extended.UNTOLD
    announce(letter)
    return Extended.TOLD


def extension_of(case: Case, now: datetime) -> Extension:
    """Tell whether a case can be extended."""
    return judge_extension(
        case.received_at, now, extended_at=case.extended_at, closed_at=case.closed_at
    )


def _write(case: Case, person: Subscriber, now: datetime) -> Letter:
    with force_locale(person.language):
        values = {
            "kind": case.kind.value,
            "reason": case.extension_reason or "",
            "received_on": str(format_date(case.received_at.astimezone(PARIS), "long")),
            "due_on": str(format_date(last_day(case.due_at), "long")),
        }
    draft = Draft(
        kind=LetterKind.CASE_EXTENDED,
        recipient=person.address,
        language=person.language,
        values=values,
        useful_for=LETTER_IS_OF_USE,
        rate_mac=mailbox_mac(person.address),
    )
    return put_letter(draft, now=now)
