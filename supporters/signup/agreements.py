"""Lists the active consents of a person, each with the wording that the person agreed to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import ConsentEvent, Wording
from supporters.database import db
from supporters.lists.subscriptions import ActiveConsents
from supporters.signup.queries import ConsentSubject


@dataclass(frozen=True, kw_only=True)
class ConsentSummary:
    """An active consent of a person, as the page after the confirmation shows it."""

    list_name: str
    wording_text: str
    agreed_at: datetime
    event_id: int


def list_consent_summaries(
    consents: ActiveConsents,
    subjects: Iterable[ConsentSubject],
    at_hand: Sequence[ConsentEvent] = (),
) -> list[ConsentSummary]:
    """Return the active consents of a person for some subjects.

    `at_hand` are events that the caller has already; they are not read again.
    """
    found = {each: consents.find(*each) for each in subjects}
    event_ids = {each: consent.consent_event_id for each, consent in found.items() if consent}
    events = {event.id: event for event in at_hand}
    missing = [each for each in event_ids.values() if each not in events]
    if missing:
        read = select(ConsentEvent).where(ConsentEvent.id.in_(missing))
        events |= {event.id: event for event in db.session.scalars(read)}
    wordings = _find_wordings([events[each] for each in event_ids.values()])
    return [
        ConsentSummary(
            list_name=_name_of(subject, consents),
            wording_text=wordings[events[event_id].wording_id or 0].text,
            agreed_at=events[event_id].occurred_at,
            event_id=event_id,
        )
        for subject, event_id in event_ids.items()
    ]


def _find_wordings(events: Sequence[ConsentEvent]) -> dict[int, Wording]:
    if not events:
        return {}
    read = select(Wording).where(Wording.id.in_([each.wording_id for each in events]))
    return {wording.id: wording for wording in db.session.scalars(read)}


def _name_of(subject: ConsentSubject, consents: ActiveConsents) -> str:
    """Return the name of a subject that the person has an active consent for."""
    if subject.list_id is None:
        return purpose_kind_name(subject.kind)
    return consents.lists[subject.list_id].name
