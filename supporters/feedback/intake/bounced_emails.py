"""Applies bounces of transactional emails: the open sign-up, its mailbox's cap, an import.

Only the browser that waits for a confirmation learns of it (REQ-55).
"""

from datetime import datetime

from sqlalchemy import exists, select

from supporters.bounce_classes.classes import WEIGHTS, Weight
from supporters.database import db, in_transaction
from supporters.feedback.intake.arrivals import NOTHING_SAID, Arrival
from supporters.feedback.intake.bounced_deliveries import (
    choose_failure,
    is_too_old,
    moment_of_report,
)
from supporters.feedback.intake.email_holders import EmailHolder, find_email_holder
from supporters.feedback.models import Effect
from supporters.imports.bounced_invitations import record_bounced_invitation
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mailbox_health.mailbox_failures import MailboxFailure, record_failures
from supporters.people.domain_groups import domain_of
from supporters.signup.models import SignupRequest


@in_transaction
def apply_email_bounce(arrival: Arrival, email_id: int, now: datetime) -> None:
    """Apply the bounce of a transactional email."""
    email = db.session.get(OutboxEmail, email_id, with_for_update=True)
    if email is None or is_too_old(email.settled_at, now):
        arrival.effect = Effect.IGNORED_TOO_OLD
        return
    holder = find_email_holder(email_id, arrival.sent.recipients if arrival.sent else ())
    if holder is not None:
        arrival.failure = choose_failure(arrival.report, holder.address)
    weight = WEIGHTS[(arrival.failure or NOTHING_SAID).bounce_class]
    if weight is Weight.NOT_THEIRS:
        arrival.effect = Effect.ABOUT_US
        return
    email.bounced_at, email.is_dead = email.bounced_at or now, weight is Weight.DEAD
    arrival.effect = Effect.SIGNUP_TOLD if _is_awaited(email_id) else Effect.COUNTED
    if email.kind is EmailKind.INVITATION:
        record_bounced_invitation(email_id, is_dead=email.is_dead, now=now)
    if holder is not None and _make_unreachable(holder, arrival, now):
        arrival.effect = Effect.UNREACHABLE


def _is_awaited(email_id: int) -> bool:
    """Tell whether an open sign-up waits for this email."""
    waiting = exists().where(
        SignupRequest.email_id == email_id,
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.refused_at.is_(None),
    )
    return bool(db.session.scalar(select(waiting)))


def _make_unreachable(holder: EmailHolder, arrival: Arrival, now: datetime) -> bool:
    if holder.subscriber_id is None:
        return False
    said = arrival.failure or NOTHING_SAID
    failure = MailboxFailure(
        subscriber_id=holder.subscriber_id,
        bounce_class=said.bounce_class,
        status=said.status,
        campaign_id=None,
        domain=domain_of(holder.address),
        occurred_at=moment_of_report(arrival.report, now),
    )
    return holder.subscriber_id in record_failures([failure], now)
