"""Sends a campaign: claim a batch, send it, record what became of each mail."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import bindparam, or_, update

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.campaigns.queries import find_campaign, get_campaign
from supporters.database import DatabaseUnavailable, Model, db, transaction
from supporters.delivery.claiming import Recipient, claim_batch
from supporters.delivery.finishing import finish_if_done, fit_in, note_trouble
from supporters.delivery.lanes import continue_lane, find_due_batch
from supporters.delivery.mime import HeaderUnsafe, MailIdentity, build_message
from supporters.delivery.models import Delivery
from supporters.delivery.rendering import CompiledCampaign, Reader
from supporters.delivery.rules import (
    CLAIM_TIME,
    LANES,
    UNSETTLED,
    DeliveryStatus,
    Outcome,
    next_attempt,
    status_after,
)
from supporters.delivery.transport import Reply, SmtpTransport, Transport
from supporters.delivery.workers import current_worker
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list
from supporters.logs import log_failure

log = structlog.get_logger(__name__)

RECORD_AGAIN_AFTER_SECONDS = (1, 2, 4, 8, 16)
RECORDABLE = (DeliveryStatus.CLAIMED, DeliveryStatus.UNCERTAIN)

Result = tuple[Recipient, Reply]


def send_lane(campaign_id: int, batch: int) -> None:
    """Send the batches of a lane for about two seconds, then let other jobs have a turn."""
    started = time.monotonic()
    lane: int | None = batch
    while lane is not None:
        if time.monotonic() - started > CLAIM_TIME.total_seconds():
            continue_lane(campaign_id, lane)
            return
        if not send_batch(campaign_id, lane, SmtpTransport()):
            return
        batch, lane = lane, find_due_batch(campaign_id, after=lane, step=LANES)
    if not finish_if_done(campaign_id):
        rest = find_due_batch(campaign_id, after=0, step=1)
        if rest is not None:
            continue_lane(campaign_id, rest)


def send_batch(campaign_id: int, batch: int, transport: AbstractContextManager[Transport]) -> bool:
    """Send what is due in one batch; tell whether the lane may go on."""
    sheet = _make_sheet(campaign_id)
    recipients = claim_batch(campaign_id, batch, current_worker())
    if recipients is None:
        return False
    if not recipients:
        return True
    replies = [Reply(Outcome.NOT_TRIED, "")] * len(recipients)
    try:
        _send_all(sheet, recipients, transport, replies=replies)
    finally:
        results = [*zip(recipients, replies, strict=True)]
        _record_patiently(campaign_id, results)
    return _note_trouble_in(sheet.campaign, results)


@dataclass(frozen=True)
class Sheet:
    """What the mails of a batch are made from."""

    campaign: Campaign
    mailing_list: MailingList
    compiled: CompiledCampaign


def _make_sheet(campaign_id: int) -> Sheet:
    """Compile the campaign: before anything is claimed, since it may turn out that it can't be."""
    with transaction():
        campaign = get_campaign(campaign_id)
        mailing_list = get_list(campaign.mailing_list_id)
    return Sheet(campaign, mailing_list, CompiledCampaign(campaign, mailing_list))


def _send_all(
    sheet: Sheet,
    recipients: Sequence[Recipient],
    transport: AbstractContextManager[Transport],
    *,
    replies: list[Reply],
) -> None:
    """Send to each recipient in turn, and fill in the replies.

    What two seconds don't suffice for stays "not tried"; should the unforeseen happen, only the
    mail in hand is uncertain.
    """
    started = time.monotonic()
    with transport as relay:
        for number, recipient in enumerate(recipients):
            if time.monotonic() - started > CLAIM_TIME.total_seconds():
                return
            replies[number] = Reply(Outcome.UNCERTAIN, "interrupted")
            replies[number] = _send_one(sheet, recipient, relay)


def _send_one(sheet: Sheet, recipient: Recipient, relay: Transport) -> Reply:
    """Send one mail; one that can't be written is refused, and holds up no other."""
    try:
        message = _write(sheet, recipient)
    except HeaderUnsafe:
        return Reply(Outcome.REFUSED, "unsafe header")
    return relay.send(current_settings().mail_from, recipient.address, message)


def _write(sheet: Sheet, to: Recipient) -> bytes:
    identity = MailIdentity(
        campaign_id=sheet.campaign.id,
        list_slug=sheet.mailing_list.slug,
        list_name=sheet.mailing_list.name,
        subscriber_id=to.subscriber_id,
        recipient=to.address,
    )
    content = sheet.compiled.render(
        Reader(
            subscriber_id=to.subscriber_id,
            given_name=to.given_name,
            subscribed_at=to.subscribed_at,
        )
    )
    return build_message(current_settings(), identity, content, sent_at=clock.now())


def _record_patiently(campaign_id: int, results: Sequence[Result]) -> None:
    """Record what was sent, also when the database comes back only after half a minute.

    Raises DatabaseUnavailable when it doesn't: the claims become uncertain then.
    """
    for pause in RECORD_AGAIN_AFTER_SECONDS:
        try:
            _record(campaign_id, results)
        except DatabaseUnavailable as error:
            log_failure("delivery.not_recorded_yet", error, campaign=campaign_id)
            time.sleep(pause)
        else:
            return
    _record(campaign_id, results)


def _record(campaign_id: int, results: Sequence[Result]) -> None:
    """Write what became of each claimed mail, in one statement.

    A claim that the sweep took for dead meanwhile is corrected: this worker knows.
    """
    rows = [_row(recipient, reply) for recipient, reply in results]
    table = Model.metadata.tables[Delivery.__tablename__]
    statement = (
        update(table)
        .where(
            table.c.campaign_id == campaign_id,
            table.c.subscriber_id == bindparam("to"),
            table.c.claimed_by == current_worker(),
            or_(*(table.c.status == each for each in RECORDABLE)),  # no IN with many rows
        )
        .values(
            {
                name: bindparam(f"new_{name}")
                for name in (
                    *("status", "attempts", "next_attempt_at"),
                    *("settled_at", "reply", "claimed_by"),
                )
            }
        )
    )
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        db.session.connection().execute(statement, rows)
        if campaign is not None:
            fit_in(campaign)


def _row(recipient: Recipient, reply: Reply) -> dict[str, Any]:
    now = clock.now()
    status = status_after(reply.outcome, recipient.attempts)
    was_tried = reply.outcome is not Outcome.NOT_TRIED
    is_deferred = status is DeliveryStatus.DEFERRED
    return {
        "to": recipient.subscriber_id,
        "new_status": status,
        "new_attempts": recipient.attempts if was_tried else recipient.attempts - 1,
        "new_next_attempt_at": next_attempt(recipient.attempts, now) if is_deferred else now,
        "new_settled_at": None if status in UNSETTLED else now,
        "new_reply": reply.code or None,
        "new_claimed_by": current_worker() if status is DeliveryStatus.UNCERTAIN else None,
    }


def _note_trouble_in(campaign: Campaign, results: Sequence[Result]) -> bool:
    """Keep what the relay's trouble is, for the console; tell whether the lane may go on."""
    codes = [reply.code for _, reply in results if reply.outcome is Outcome.NOT_TRIED]
    trouble = next((code for code in codes if code), None)
    if trouble or campaign.trouble:
        note_trouble(campaign.id, trouble)
    if trouble:
        log.warning("delivery.relay_trouble", campaign=campaign.id, reply=trouble)
    return trouble is None
