"""Keeps the register of personal data breaches (GDPR article 33(5)).

Nothing is overwritten and nothing is deleted: each fact, decision and note is a line of the
breach's history, and a later line corrects an earlier one. Each change is in the audit log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto

import structlog

from supporters import clock
from supporters.actors import current_actor
from supporters.audit_log.audit_events import Act, Details, record_act
from supporters.breaches.acts import BreachTeamAct
from supporters.breaches.models import (
    Breach,
    BreachAct,
    BreachEntry,
    BreachFact,
    BreachNoticeStatus,
    BreachStatus,
)
from supporters.breaches.queries import find_breach, find_breach_notice, find_facts, find_last_entry
from supporters.breaches.rules import needs_delay_reason
from supporters.breaches.states import BREACH_STATES, BreachMove
from supporters.database import db, in_transaction, use_case
from supporters.ids import new_id

log = structlog.get_logger(__name__)
PEOPLE_DECISIONS = (BreachAct.PEOPLE_TOLD, BreachAct.PEOPLE_NOT_TOLD, BreachAct.NOTICE_SENT)


class BreachError(Enum):
    """Why a breach can't be changed in this way."""

    UNKNOWN = auto()
    NOT_NOW = auto()
    SAME = auto()
    DELAY_UNEXPLAINED = auto()
    PEOPLE_UNDECIDED = auto()
    NOTICE_UNFINISHED = auto()


@dataclass(frozen=True, kw_only=True)
class BreachStatement:
    """The facts of a breach as somebody states them; an empty text says nothing."""

    discovered_at: datetime
    texts: Mapping[BreachFact, str]

    def all_texts(self) -> dict[BreachFact, str]:
        """Return the text of each fact, with the time of the discovery."""
        moment = self.discovered_at.astimezone(UTC).isoformat(timespec="minutes")
        return {**self.texts, BreachFact.DISCOVERED: moment}


@use_case
def open_breach(title: str, stated: BreachStatement) -> Breach:
    """Record a breach. The 72 hours count from its discovery."""
    now = clock.now()
    breach = Breach(
        id=new_id(now),
        title=title,
        status=BreachStatus.OPEN,
        discovered_at=stated.discovered_at,
        recorded_at=now,
    )
    db.session.add(breach)
    db.session.flush()
    add_breach_entry(breach.id, BreachAct.OPENED, now=now)
    known = {fact: text for fact, text in stated.all_texts().items() if text}
    _state(breach.id, known, now=now)
    record_act(BreachTeamAct.OPENED, breach.id)
    log.info("breach.opened", breach=breach.id)
    return breach


@use_case
def correct_breach(breach_id: int, stated: BreachStatement) -> Breach | BreachError:
    """State facts anew. The earlier statements stay in the history."""
    breach = find_breach(breach_id, for_update=True)
    if breach is None:
        return BreachError.UNKNOWN
    known = find_facts(breach_id)
    changed = {
        fact: text for fact, text in stated.all_texts().items() if text != known.get(fact, "")
    }
    if not changed:
        return BreachError.SAME
    breach.discovered_at = stated.discovered_at
    _state(breach_id, changed, now=clock.now())
    facts = ", ".join(sorted(fact.value for fact in changed))
    record_act(BreachTeamAct.CORRECTED, breach_id, {"facts": facts})
    return breach


@use_case
def note_breach(breach_id: int, text: str) -> Breach | BreachError:
    """Add a dated note to a breach, open or closed."""
    breach = find_breach(breach_id)
    if breach is None:
        return BreachError.UNKNOWN
    add_breach_entry(breach_id, BreachAct.NOTED, text)
    record_act(BreachTeamAct.NOTED, breach_id)
    return breach


@dataclass(frozen=True, kw_only=True)
class AuthorityNotification:
    """When the authority was told, its reference, and the reasons for a delay beyond 72 hours."""

    told_at: datetime
    reference: str
    delay_reason: str = ""


@use_case
def record_notification(breach_id: int, told: AuthorityNotification) -> Breach | BreachError:
    """Record that the authority was told. After 72 hours the reasons for the delay are needed."""
    breach = _lock_for(breach_id, BreachMove.NOTIFY)
    if isinstance(breach, BreachError):
        return breach
    is_first = breach.authority_told_at is None
    is_late = is_first and needs_delay_reason(breach.discovered_at, told.told_at)
    if is_late and not told.delay_reason:
        return BreachError.DELAY_UNEXPLAINED
    BREACH_STATES.transition(breach, BreachMove.NOTIFY)
    breach.authority_told_at = breach.authority_told_at or told.told_at
    moment = told.told_at.isoformat(timespec="minutes")
    add_breach_entry(breach_id, BreachAct.NOTIFIED, f"{moment} {told.reference}".strip())
    if told.delay_reason:
        add_breach_entry(breach_id, BreachAct.DELAY_EXPLAINED, told.delay_reason)
    record_act(BreachTeamAct.NOTIFIED, breach_id)
    return breach


@use_case
def dismiss_notification(breach_id: int, reason: str) -> Breach | BreachError:
    """Record why the authority need not be told: the breach is unlikely to be a risk to people."""
    breach = _lock_for(breach_id, BreachMove.DISMISS)
    if isinstance(breach, BreachError):
        return breach
    BREACH_STATES.transition(breach, BreachMove.DISMISS)
    add_breach_entry(breach_id, BreachAct.DISMISSED, reason)
    record_act(BreachTeamAct.DISMISSED, breach_id)
    return breach


@use_case
def decide_about_people(breach_id: int, reason: str, *, are_told: bool) -> Breach | BreachError:
    """Record that people were told in another way than by our notice, or why they are not told."""
    breach = find_breach(breach_id, for_update=True)
    if breach is None:
        return BreachError.UNKNOWN
    if breach.status is BreachStatus.CLOSED:
        return BreachError.NOT_NOW
    act = BreachAct.PEOPLE_TOLD if are_told else BreachAct.PEOPLE_NOT_TOLD
    add_breach_entry(breach_id, act, reason)
    record_act(BreachTeamAct.PEOPLE_DECIDED, breach_id, {"are_told": are_told})
    return breach


@use_case
def close_breach(breach_id: int) -> Breach | BreachError:
    """Close a breach whose two decisions are recorded: about the authority, and about people."""
    breach = _lock_for(breach_id, BreachMove.CLOSE)
    if isinstance(breach, BreachError):
        return breach
    notice = find_breach_notice(breach_id)
    if notice is not None and notice.status is BreachNoticeStatus.SENDING:
        return BreachError.NOTICE_UNFINISHED
    if find_last_entry(breach_id, PEOPLE_DECISIONS) is None:
        return BreachError.PEOPLE_UNDECIDED
    BREACH_STATES.transition(breach, BreachMove.CLOSE)
    breach.closed_at = clock.now()
    add_breach_entry(breach_id, BreachAct.CLOSED)
    record_act(BreachTeamAct.CLOSED, breach_id)
    return breach


@use_case
def reopen_breach(breach_id: int) -> Breach | BreachError:
    """Open a closed breach again, because something new is known."""
    breach = _lock_for(breach_id, BreachMove.REOPEN)
    if isinstance(breach, BreachError):
        return breach
    BREACH_STATES.transition(breach, BreachMove.REOPEN)
    breach.closed_at = None
    add_breach_entry(breach_id, BreachAct.REOPENED)
    record_act(BreachTeamAct.REOPENED, breach_id)
    return breach


@in_transaction
def add_breach_entry(
    breach_id: int,
    act: BreachAct,
    text: str | None = None,
    *,
    fact: BreachFact | None = None,
    now: datetime | None = None,
) -> None:
    """Add a line to the history of a breach, by the current actor."""
    now = now or clock.now()
    db.session.add(
        BreachEntry(
            id=new_id(now),
            breach_id=breach_id,
            act=act,
            fact=fact,
            text=text,
            made_by=current_actor().account_id,
            made_at=now,
        )
    )


@in_transaction
def record_breach_step(
    breach_id: int, act: BreachAct, audited: Act, *, details: Details, text: str | None = None
) -> None:
    """Add a line to the history of a breach, and the act to the audit log."""
    add_breach_entry(breach_id, act, text)
    record_act(audited, breach_id, details)


def _state(breach_id: int, texts: Mapping[BreachFact, str], *, now: datetime) -> None:
    for fact, text in texts.items():
        add_breach_entry(breach_id, BreachAct.STATED, text, fact=fact, now=now)


def _lock_for(breach_id: int, move: BreachMove) -> Breach | BreachError:
    """Return a breach, locked, if its status allows a move."""
    breach = find_breach(breach_id, for_update=True)
    if breach is None:
        return BreachError.UNKNOWN
    return breach if BREACH_STATES.allows(breach.status, move) else BreachError.NOT_NOW
