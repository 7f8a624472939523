"""Records each look of an account at a person, and limits how many in a day (ADR 049).

A person's page opens for an account for 24 hours after the account opened the person. Beyond the
limit it needs a reason, which goes to the owners and to the data protection officer.
"""

from collections import defaultdict
from datetime import datetime
from enum import Enum, auto

from flask_babel import force_locale

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import count_acts, has_done, record_act
from supporters.database import db, use_case
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, owners_and_officer, put_notice
from supporters.people.queries import find_subscriber
from supporters.personal_data.acts import PersonAct, PersonNotice
from supporters.personal_data.labels import LOOKUP_REASONS
from supporters.personal_data.rules import (
    DAY,
    PEOPLE_A_DAY,
    Allowance,
    LookupReason,
    count_allowance,
)


class OpenPersonResult(Enum):
    """The result of opening a person."""

    DONE = auto()
    UNKNOWN = auto()
    LIMIT_REACHED = auto()


@use_case
def open_person(subscriber_id: int) -> OpenPersonResult:
    """Open a person for the current account; a second time within 24 hours counts nothing."""
    account_id = _get_account_id()
    Lock.LOOKUPS.take(account_id)
    now = clock.now()
    if find_subscriber(subscriber_id) is None:
        return OpenPersonResult.UNKNOWN
    if is_opened(subscriber_id, account_id, now):
        return OpenPersonResult.DONE
    if get_allowance(account_id, now).people == 0:
        return OpenPersonResult.LIMIT_REACHED
    record_act(PersonAct.OPENED, subscriber_id)
    return OpenPersonResult.DONE


@use_case
def record_search() -> bool:
    """Record a search of the current account; tell whether it may search."""
    account_id = _get_account_id()
    Lock.LOOKUPS.take(account_id)
    if get_allowance(account_id, clock.now()).searches == 0:
        return False
    record_act(PersonAct.PEOPLE_SEARCHED)
    return True


@use_case
def extend_allowance(reason: LookupReason, note: str) -> bool:
    """Let the current account look at more people; the owners and the officer get an email.

    It does nothing, and tells so, while the account may still look at people.
    """
    account_id = _get_account_id()
    Lock.LOOKUPS.take(account_id)
    if not get_allowance(account_id, clock.now()).is_used_up:
        return False
    record_act(PersonAct.LOOKUPS_EXTENDED, details={"reason": reason.value, "people": PEOPLE_A_DAY})
    by_language: dict[str, dict[str, str]] = defaultdict(dict)
    for address, language in owners_and_officer().items():
        by_language[language][address] = language
    for language, recipients in by_language.items():
        with force_locale(language):
            values: dict[str, str | int] = {
                "account": name_of_actor(),
                "reason": str(LOOKUP_REASONS[reason]),
                "note": " ".join(note.split()),
                "people": PEOPLE_A_DAY,
            }
        put_notice(PersonNotice.LOOKUPS_EXTENDED, recipients, values, url=link_to("console.people"))
    return True


def is_opened(subscriber_id: int, account_id: int, now: datetime) -> bool:
    """Tell whether an account opened a person within the last 24 hours."""
    return has_done(PersonAct.OPENED, subscriber_id, since=now - DAY, account_id=account_id)


def get_allowance(account_id: int, now: datetime) -> Allowance:
    """Return what is left of an account's allowance."""
    db.session.flush()
    opened, searches, extensions = (
        count_acts([act], since=now - DAY, account_id=account_id)
        for act in (PersonAct.OPENED, PersonAct.PEOPLE_SEARCHED, PersonAct.LOOKUPS_EXTENDED)
    )
    return count_allowance(opened=opened, searches=searches, extensions=extensions)


def _get_account_id() -> int:
    """Return the account that acts. Raises RuntimeError: only accounts look at people."""
    account_id = current_actor().account_id
    if account_id is None:
        raise RuntimeError("Only an account of the console opens people.")
    return account_id
