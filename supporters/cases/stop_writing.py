"""Stops all mail to a person at their request by phone, by post or in person (GDPR article 21).

The person gets an email that says so, with a link that undoes it: nobody saw them ask.
"""

from enum import Enum, auto

from supporters import clock
from supporters.cases.acts_on_behalf import OnBehalfError, may_act_on_behalf, record_on_behalf
from supporters.cases.case_service import close_case, open_case
from supporters.cases.current_consents import list_sentences_to
from supporters.cases.departures import record_departure
from supporters.cases.models import CaseKind, Channel, DepartureKind, StoredText
from supporters.cases.queries import list_open_cases_of
from supporters.consent.models import Method
from supporters.database import db, in_transaction, use_case
from supporters.lists.acts import ListAct
from supporters.lists.subscriptions import object_to_everything
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from supporters.personal_data.queries import is_being_erased


class StopWritingResult(Enum):
    """The result of stopping all mail to a person."""

    DONE = auto()
    UNKNOWN = auto()


@use_case
def stop_writing(
    subscriber_id: int, channel: Channel, *, by: int, note: str = ""
) -> StopWritingResult | OnBehalfError:
    """Stop all mail, close the case of the objection, and tell the person."""
    person = lock_subscriber(subscriber_id)
    if person is None or is_being_erased(subscriber_id):
        return StopWritingResult.UNKNOWN
    if not may_act_on_behalf():
        return OnBehalfError.LIMIT_REACHED
    stop_all_mail_to(person, channel)
    _close_cases(person, channel, by=by, note=note)
    return StopWritingResult.DONE


@in_transaction
def stop_all_mail_to(person: Subscriber, channel: Channel) -> None:
    """Stop all mail to a locked person; record and tell it."""
    now, withdrawn = clock.now(), list_sentences_to(person)
    if withdrawn:
        record_departure(person, DepartureKind.ON_BEHALF, withdrawn, channel=channel, now=now)
    object_to_everything(person.id, Method.ORGANISER, now=now)
    record_on_behalf(ListAct.PERSON_STOPPED, person.id, {"channel": channel.value})


def _close_cases(person: Subscriber, channel: Channel, *, by: int, note: str) -> None:
    now = clock.now()
    cases = [*list_open_cases_of(person.id, CaseKind.OBJECTION)]
    if not cases:
        opened = open_case(CaseKind.OBJECTION, channel, now=now, subscriber_id=person.id)
        opened.note = note or None
        db.session.flush()
        cases = [opened]
    for case in cases:
        close_case(case.id, StoredText.DONE_AT_ONCE.value, now=now, by=by)
