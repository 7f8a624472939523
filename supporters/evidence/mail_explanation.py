"""Explains why a person got an email: their own record, and nothing else about them (REQ-7).

A reader to whom the email was forwarded sees the same page, so it contains no address, no name and
no other list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, bindparam, exists, func, or_, select

from supporters.cases.models import Case, CaseKind
from supporters.consent.event_records import EventRecord
from supporters.consent.models import (
    ConsentEvent,
    Controller,
    EventKind,
    Method,
    PageSnapshot,
    Wording,
)
from supporters.consent.receipts import CONSENTS, LoggedEvent, NotProvable, check_event
from supporters.consent.record_forms import describe_event
from supporters.delivery.models import Delivery
from supporters.fast_path.prepared_statements import Row, Statement
from supporters.fast_path.round_trips import read
from supporters.fast_path.site_edition import (
    SiteEdition,
    find_shared_row,
    get_shared_row,
    use_edition,
)
from supporters.lists.models import ListPurpose, MailingList, Subscription
from supporters.people.models import Subscriber
from supporters.signup.shared_rows import (
    find_shared_current_wording,
    find_shared_list,
    list_shared_purpose_ids,
)
from supporters.signup_forms.used_forms import find_shared_form_title
from supporters.transparency_log.cached_tree import CheckpointFacts, cached_tree
from supporters.transparency_log.log_proofs import LATE, Delay, classify_delay, find_first_size
from supporters.transparency_log.log_records import hash_leaf, person_key
from supporters.transparency_log.merkle_tree import TreeBroken
from supporters.transparency_log.models import LogCheckpoint, LogEntry

EVENT_COLUMNS = [field.name for field in fields(EventRecord)]


def _find_sealing_time(*, is_before: bool) -> ScalarSelect[datetime]:
    """Return the query of the time of the checkpoint before an entry was sealed, or of the next."""
    size, position = LogCheckpoint.size, LogEntry.position
    found = select(LogCheckpoint.sealed_at).correlate(LogEntry).limit(1)
    if is_before:
        return found.where(size <= position).order_by(size.desc()).scalar_subquery()
    return found.where(size > position).order_by(size).scalar_subquery()


_OF_PERSON = ConsentEvent.subscriber_id == bindparam("subscriber_id")
_LAST_CONSENT = (
    select(ConsentEvent.id)
    .where(
        _OF_PERSON,
        or_(*(ConsentEvent.kind == kind for kind in CONSENTS)),
        ConsentEvent.purpose_id.in_(
            select(ListPurpose.purpose_id).where(
                ListPurpose.mailing_list_id == bindparam("list_id")
            )
        ),
    )
    .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
    .limit(1)
    .scalar_subquery()
)
_DELIVERED = (
    select(Delivery.consent_event_id)
    .where(
        Delivery.campaign_id == bindparam("campaign_id"),
        Delivery.subscriber_id == bindparam("subscriber_id"),
    )
    .scalar_subquery()
)
_STATE = Statement(
    select(
        SiteEdition.value,
        Subscriber.log_salt,
        exists().where(
            Subscription.subscriber_id == bindparam("subscriber_id"),
            Subscription.mailing_list_id == bindparam("list_id"),
        ),
        exists().where(  # as `find_open_dispute`
            Case.subscriber_id == bindparam("subscriber_id"),
            Case.kind == CaseKind.DISPUTE,
            Case.closed_at.is_(None),
        ),
        *(LogCheckpoint.size, LogCheckpoint.root, LogCheckpoint.sealed_at),
    )
    .select_from(SiteEdition)
    .outerjoin(Subscriber, Subscriber.id == bindparam("subscriber_id"))
    .outerjoin(
        LogCheckpoint,
        LogCheckpoint.size
        == select(func.max(LogCheckpoint.size)).correlate(None).scalar_subquery(),
    )
)
# The consent behind the email; if the delivery was purged, the last consent.
_CONSENT = Statement(
    select(
        *(getattr(ConsentEvent, name) for name in EVENT_COLUMNS),
        *(LogEntry.commitment, LogEntry.position),
        _find_sealing_time(is_before=True).label("sealed_after"),
        _find_sealing_time(is_before=False).label("sealed_by"),
    )
    .outerjoin(
        LogEntry,
        and_(LogEntry.kind == ConsentEvent.kind, LogEntry.record_id == ConsentEvent.id),
    )
    .where(ConsentEvent.id == func.coalesce(_DELIVERED, _LAST_CONSENT))
)
_EVENTS = Statement(
    select(
        *(ConsentEvent.id, ConsentEvent.purpose_id),
        *(ConsentEvent.kind, ConsentEvent.method, ConsentEvent.occurred_at),
    )
    .where(_OF_PERSON, ConsentEvent.kind != EventKind.REQUESTED)
    .order_by(ConsentEvent.occurred_at, ConsentEvent.id)
)


@dataclass(frozen=True, kw_only=True)
class LaterEvent:
    """A later event: on this consent, or on the person as a whole."""

    kind: EventKind
    method: Method
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """The position of an entry in the log (from 0), and when it was sealed: between two times."""

    position: int
    after: datetime | None
    by: datetime
    delay: Delay


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """The consent record behind an email, and the present state.

    `controller` is the controller at the time of the consent; the first records don't name it.
    `sealing` is None until the entry is sealed with `head`. `is_provable` is false if the record
    was changed after sealing. `newer_wording` is the present wording, if it differs from the one of
    this person. `form_title` is that of the form of the team, if the page was one.
    """

    event: EventRecord
    wording: Wording
    controller: Controller | None
    mailing_list: MailingList
    form_title: str | None
    changes: Sequence[LaterEvent]
    newer_wording: Wording | None
    head: CheckpointFacts | None
    sealing: Sealing | None
    is_provable: bool
    is_subscribed: bool
    is_disputed: bool


def explain_email(subscriber_id: int, list_id: int, campaign_id: int) -> Explanation | None:
    """Return why a campaign email went to a person; None if we hold no data on them.

    It makes one trip to the database, and one for each tile of the log that is not cached.
    """
    [state], consents, events = read(
        _STATE(subscriber_id=subscriber_id, list_id=list_id),
        _CONSENT(subscriber_id=subscriber_id, list_id=list_id, campaign_id=campaign_id),
        _EVENTS(subscriber_id=subscriber_id),
    )
    present, log_salt, is_subscribed, is_disputed, *head_facts = state
    use_edition(present)
    mailing_list = find_shared_list(list_id)
    if log_salt is None or mailing_list is None or not consents:
        return None
    event = EventRecord(**dict(zip(EVENT_COLUMNS, consents[0], strict=False)))
    if event.wording_id is None:
        return None
    wording = get_shared_row(Wording, event.wording_id)
    newest = find_shared_current_wording(mailing_list.purpose_id, wording.language)
    controller = find_shared_row(Controller, event.controller_id)
    head = CheckpointFacts(*head_facts) if head_facts[0] is not None else None
    page = find_shared_row(PageSnapshot, event.page_snapshot_id)
    key = person_key(log_salt)
    record = describe_event(event, wording, page, controller=controller, key=key)
    commitment, position, *times = consents[0][len(EVENT_COLUMNS) :]
    logged = LoggedEvent(
        event=event, record=record, commitment=commitment, position=position, wording=wording
    )
    is_included = _find_included(logged, head)
    is_provable = _is_provable(logged, head, is_included=is_included)
    return Explanation(
        event=event,
        wording=wording,
        controller=controller,
        mailing_list=mailing_list,
        form_title=find_shared_form_title(event),
        changes=_list_changes(events, event, list_shared_purpose_ids(list_id)),
        newer_wording=newest if newest and newest.text != wording.text else None,
        head=head,
        sealing=_describe_sealing(logged, head, times) if is_provable and is_included else None,
        is_provable=is_provable,
        is_subscribed=is_subscribed,
        is_disputed=is_disputed,
    )


def _list_changes(
    events: Sequence[Row], event: EventRecord, purpose_ids: Sequence[int]
) -> list[LaterEvent]:
    """Return the events after the consent, oldest first: of its list, or without a purpose."""
    return [
        LaterEvent(kind=kind, method=method, occurred_at=occurred_at)
        for event_id, purpose_id, kind, method, occurred_at in events
        if event_id != event.id
        and occurred_at >= event.occurred_at
        and (purpose_id is None or purpose_id in purpose_ids)
    ]


def _is_provable(
    logged: LoggedEvent, head: CheckpointFacts | None, *, is_included: bool | None
) -> bool:
    """Tell whether the record is in the log as it is in the tables."""
    try:
        check_event(logged, head, is_included=is_included)
    except NotProvable:
        return False
    return True


def _find_included(logged: LoggedEvent, head: CheckpointFacts | None) -> bool | None:
    """Tell whether the leaf of the record is in the tree; None if the tree has no such entry."""
    record, position = logged.record, logged.position
    if head is None or position is None or position >= head.size:
        return None
    leaf = hash_leaf(record.kind, record.id, record.commitment)
    try:
        return cached_tree().includes(leaf, position, head)
    except TreeBroken:
        return None


def _describe_sealing(
    logged: LoggedEvent, head: CheckpointFacts | None, times: Sequence[datetime | None]
) -> Sealing | None:
    """Return when the entry was sealed, and whether that was late."""
    if head is None or logged.position is None:
        return None
    after, happened_at = times[0], logged.event.occurred_at
    by = times[1] or head.sealed_at
    is_first = by - happened_at > LATE and logged.position < find_first_size()
    return Sealing(
        position=logged.position,
        after=after,
        by=by,
        delay=classify_delay(happened_at, after, by, is_first=is_first),
    )
