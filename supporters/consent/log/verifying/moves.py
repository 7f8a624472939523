"""Checks that what a moved person agreed to was confirmed from the address that is written to.

Moves of before there was this rule needed no evidence: the entry of the rule in the log says which.
"""

from sqlalchemy import and_, func, or_, select

from supporters.consent.log.describing import RULE
from supporters.consent.log.models import LogEntry
from supporters.consent.log.verifying.findings import Report
from supporters.consent.log.verifying.held import OF_THE_PAST, list_held, name_row
from supporters.consent.log.verifying.reading import stream
from supporters.consent.models import ConsentEvent, EventKind
from supporters.database import db
from supporters.people.models import Subscriber


def check_moves(report: Report) -> None:
    """Report moves without evidence, and consents that another mailbox gave."""
    moved_before = _check_evidence(report)
    for table in list_held():
        if table.name in OF_THE_PAST:
            continue
        of_another_mailbox = (
            select(table.c.subscriber_id, *table.primary_key.columns)
            .join(ConsentEvent, ConsentEvent.id == table.c.consent_event_id)
            .join(Subscriber, Subscriber.id == table.c.subscriber_id)
            .where(ConsentEvent.address_mac != Subscriber.address_mac)
        )
        for person, *key in stream(of_another_mailbox):
            if person not in moved_before:
                what = "the consent it rests on was never confirmed from the address that is"
                report.fault(table.name, name_row(table, key), f"{what} written to")


def _check_evidence(report: Report) -> set[int]:
    """Report moves that no mailbox confirmed; return whose last move was before it had to."""
    rule = select(func.min(LogEntry.position), func.min(LogEntry.record_id))
    position, record_id = db.session.execute(rule.where(LogEntry.kind == RULE)).one()
    is_entry = and_(LogEntry.kind == EventKind.MOVED, LogEntry.record_id == ConsentEvent.id)
    moves = (
        select(
            ConsentEvent.id,
            ConsentEvent.subscriber_id,
            or_(ConsentEvent.evidence.is_(None), ConsentEvent.page_version_id.is_(None)),
            LogEntry.position,
        )
        .outerjoin(LogEntry, is_entry)
        .where(ConsentEvent.kind == EventKind.MOVED)
        .order_by(ConsentEvent.occurred_at, ConsentEvent.id)
    )
    moved_before: set[int] = set()
    for event_id, person, is_bare, place in stream(moves):
        if is_bare and _is_before((place, event_id), (position, record_id)):
            moved_before.add(person)
            continue
        moved_before.discard(person)
        if is_bare:
            what = "no mailbox confirmed this new address: there is no link and no page to it"
            report.fault("consent_event", f"{EventKind.MOVED} {event_id}", what, position=place)
    return moved_before


def _is_before(move: tuple[int | None, int], rule: tuple[int | None, int | None]) -> bool:
    """Tell whether a move came before the rule: by their places, or unsealed by their ids."""
    (place, event_id), (position, record_id) = move, rule
    if record_id is None:
        return False
    if position is None:
        return place is not None or event_id < record_id
    return place is not None and place < position
