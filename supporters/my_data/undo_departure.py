"""Undoes an unsubscription or a dispute: the mailbox confirms each sentence again.

It restores only the consents that the link or the team withdrew, and only once. It restores nothing
if the person has objected, is erased, or is restricted for another reason (ADR 029). An objection
that the team recorded on behalf of the person is undone as well (ADR 049).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

import structlog
from flask_babel import lazy_gettext as _
from sqlalchemy import select

from supporters import clock
from supporters.accounts.queries import find_organiser
from supporters.audit_log.audit_events import Act, find_last_account, record_act
from supporters.cases.case_service import close_case
from supporters.cases.current_consents import (
    ConfirmedSentences,
    Sentence,
    list_sentences,
    restore_consents,
)
from supporters.cases.models import Departure, DepartureKind, StoredText
from supporters.cases.queries import find_open_dispute
from supporters.consent.consent_events import ConfirmationEvidence
from supporters.consent.models import ConsentEvent, EventKind, Method, Wording
from supporters.consent.receipts import CONSENTS
from supporters.consent.suppression import find_objection, lift_suppressions
from supporters.crypto.tokens import TokenPurpose, is_secret_of, read_row
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.lists.acts import ListAct
from supporters.lists.queries import find_list_of_purpose
from supporters.lists.subscriptions import find_active_consent
from supporters.locks import Lock, lock_then_load
from supporters.mail.links import link_to
from supporters.notices.security_notices import Notice, owners_and_officer, put_notice
from supporters.people.activity import record_activity
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber, lock_subscriber
from supporters.personal_data.queries import is_being_erased
from supporters.personal_data.restriction import lift_restriction

log = structlog.get_logger(__name__)


class MyDataAct(Act):
    """Acts about people by their links."""

    STOP_UNDONE = "person.stop_undone", _("%(object)s undid a stop of all emails.")


class MyDataNotice(Notice):
    """Notices about people by their links."""

    STOP_UNDONE = (
        "stop_undone",
        _("A person undid a stop by the team"),
        _("%(account)s recorded that a person wants no more messages."),
        _("The person says from their mailbox that it wasn’t them, and undid it."),
        _("Ask %(account)s how this request came."),
        _("Look at the team"),
    )


class UndoError(Enum):
    """Why a link restores nothing."""

    UNKNOWN = auto()
    OVER = auto()
    OTHER_SENTENCES = auto()


@dataclass(frozen=True, kw_only=True)
class Undo:
    """The consents that a link restores, and whether a restriction is lifted."""

    departure: Departure
    person: Subscriber
    wordings: Sequence[Wording]
    lifts_restriction: bool

    @property
    def is_on_behalf(self) -> bool:
        """Whether the team recorded an objection."""
        return self.departure.kind is DepartureKind.ON_BEHALF

    @property
    def sentences(self) -> list[Sentence]:
        """Return the sentences that the button confirms again."""
        return list_sentences(self.wordings)


def find_undo(token: str) -> Undo | UndoError:
    """Return what the link of an email restores; changes nothing."""
    read = read_row(current_tokens(), TokenPurpose.UNDO, token)
    if read is None:
        return UndoError.UNKNOWN
    now = clock.now()
    departure = db.session.get(Departure, read.row_id)
    person = find_subscriber(departure.subscriber_id) if departure else None
    if departure is None or person is None:
        return UndoError.OVER
    if not is_secret_of(departure.token_hash, read.secret, person.address_key):
        return UndoError.UNKNOWN
    if departure.undone_at is not None or departure.expires_at <= now:
        return UndoError.OVER
    departures = _list_open(person.id, now)
    is_gone = _has_objected(person, departures, now) or is_being_erased(person.id)
    lifts_restriction = any(
        each.kind is DepartureKind.DISPUTED and each.left_at == person.restricted_at
        for each in departures
    )
    if is_gone or (person.restricted_at is not None and not lifts_restriction):
        return UndoError.OVER
    return Undo(
        departure=departure,
        person=person,
        wordings=_list_withdrawn(person.id, {each.left_at for each in departures}),
        lifts_restriction=lifts_restriction,
    )


def undo_departure(token: str, pressed: ConfirmedSentences) -> Undo | UndoError:
    """Restore the withdrawn consents, confirmed by the mailbox sentence by sentence."""
    with transaction():
        undo = lock_then_load(
            Lock.ADDRESS, lambda: find_undo(token), _address_of, hold=_lock_person
        )
        if isinstance(undo, UndoError):
            return undo
        if [each.id for each in undo.wordings] != [*pressed.wording_ids]:
            return UndoError.OTHER_SENTENCES
        _restore(undo, pressed, clock.now())
    log.info("person.put_back", subscriber=undo.person.id)
    return undo


def _address_of(found: Undo | UndoError) -> bytes | None:
    return None if isinstance(found, UndoError) else found.person.address_mac


def _lock_person(found: Undo | UndoError) -> None:
    if isinstance(found, Undo):
        lock_subscriber(found.person.id)


def _restore(undo: Undo, pressed: ConfirmedSentences, now: datetime) -> None:
    person = undo.person
    for each in _list_open(person.id, now):
        each.undone_at = now
    if undo.lifts_restriction:
        lift_restriction(person.id, Method.LINK, now=now)
        case = find_open_dispute(person.id)
        if case is not None:
            close_case(case.id, StoredText.SOMEBODY_ELSE.value, now=now, by=None)
    evidence = ConfirmationEvidence(
        token_hash=undo.departure.token_hash or b"",
        page_url=pressed.page_url,
        page_snapshot_id=pressed.page_snapshot_id,
        requested_at=undo.departure.left_at,
    )
    restore_consents(person, undo.wordings, evidence=evidence, now=now)
    record_activity(person, now)
    if undo.is_on_behalf:
        lift_suppressions(person.address_mac, [])
        _tell_owners(person)


def _has_objected(person: Subscriber, departures: Sequence[Departure], now: datetime) -> bool:
    """Tell whether the person objected, otherwise than by an act of the team that can be undone."""
    objection = find_objection(person.address_mac, now)
    undoable = {each.left_at for each in departures if each.kind is DepartureKind.ON_BEHALF}
    return objection is not None and objection.since not in undoable


def _tell_owners(person: Subscriber) -> None:
    """Record that the person undid a stop by the team, and tell the owners and the officer."""
    account_id = find_last_account(ListAct.PERSON_STOPPED, person.id)
    account = None if account_id is None else find_organiser(account_id)
    record_act(MyDataAct.STOP_UNDONE, person.id)
    put_notice(
        MyDataNotice.STOP_UNDONE,
        owners_and_officer(),
        {"account": account.email if account else "–"},
        url=link_to("console.organisers"),
    )


def _list_open(subscriber_id: int, now: datetime) -> Sequence[Departure]:
    return db.session.scalars(
        select(Departure)
        .where(
            Departure.subscriber_id == subscriber_id,
            Departure.undone_at.is_(None),
            Departure.expires_at > now,
        )
        .order_by(Departure.id)
    ).all()


def _list_withdrawn(subscriber_id: int, moments: set[datetime]) -> list[Wording]:
    """Return the wordings withdrawn at these moments, without those that are current again."""
    events = db.session.scalars(
        select(ConsentEvent)
        .where(
            ConsentEvent.subscriber_id == subscriber_id,
            ConsentEvent.kind.in_([EventKind.WITHDRAWN, EventKind.OBJECTED]),
            ConsentEvent.occurred_at.in_(moments),
        )
        .order_by(ConsentEvent.purpose_id, ConsentEvent.id)
    )
    withdrawn = {each.purpose_id: each for each in events if each.purpose_id is not None}
    return [
        _wording_before(each, purpose_id)
        for purpose_id, each in withdrawn.items()
        if find_active_consent(subscriber_id, purpose_id, find_list_of_purpose(purpose_id)) is None
    ]


def _wording_before(withdrawal: ConsentEvent, purpose_id: int) -> Wording:
    """Return the wording of the consent that was withdrawn."""
    return db.session.scalars(
        select(Wording)
        .join(ConsentEvent, ConsentEvent.wording_id == Wording.id)
        .where(
            ConsentEvent.subscriber_id == withdrawal.subscriber_id,
            ConsentEvent.purpose_id == purpose_id,
            ConsentEvent.kind.in_(CONSENTS),
            ConsentEvent.occurred_at <= withdrawal.occurred_at,
        )
        .order_by(ConsentEvent.occurred_at.desc(), ConsentEvent.id.desc())
        .limit(1)
    ).one()
