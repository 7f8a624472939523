"""Sends a campaign, batch by batch: claim, send, record."""

from contextlib import suppress
from enum import Enum, auto
from typing import cast

import structlog
from flask import current_app
from jinja2 import TemplateError

from supporters import clock
from supporters.campaigns.queries import get_campaign
from supporters.database import transaction
from supporters.delivery import metrics
from supporters.delivery.claims import Claim, claim_batch, give_back
from supporters.delivery.completion import finish_if_done, note_trouble
from supporters.delivery.engine.dispatch import Dispatch, Lane
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.rate_limit import WaitForSlot
from supporters.delivery.relay_refusals import judge_refused_session
from supporters.delivery.results import record_batch
from supporters.delivery.send_journal.journal_files import JournalFull
from supporters.extensions import current_settings
from supporters.lists.queries import get_list
from supporters.logs import log_failure
from supporters.smtp_replies import refuses_us

log = structlog.get_logger(__name__)
COMPILED_AT_MOST = 8
MAX_TROUBLE = 60
BEFORE_ANY_MAIL = "MAIL "  # the step at which the relay refused us


class Turn(Enum):
    """The result of one step of a sender."""

    SENT = auto()
    NOTHING_DUE = auto()
    WAITED = auto()


def send_next_batch(campaign_id: int, lane: Lane) -> Turn:
    """Send the next batch of a campaign that is due, and record the result of each email.

    Raises DatabaseUnavailable; what was sent then stays in `sender.unrecorded`, and in the journal.
    """
    settle(lane)
    lane.trouble = ""
    try:
        message = _compile(campaign_id)
        lane.journal.prepare()
    except JournalFull as error:
        _note_trouble(campaign_id, lane, f"journal: {error}")
        return Turn.WAITED
    except (ValueError, TemplateError) as error:
        _leave_out(campaign_id, lane, error)
        return Turn.NOTHING_DUE
    began = clock.uptime()
    claim = _claim(campaign_id, lane)
    if claim is None:
        lane.watch.leave_out(campaign_id)
        finish_if_done(campaign_id)
        return Turn.NOTHING_DUE
    if isinstance(claim, WaitForSlot):
        lane.ending.wait(min(claim.time.total_seconds(), 1.0))
        return Turn.WAITED
    if claim.recipients:
        _send(claim, message, lane, began=began)
    else:
        finish_if_done(campaign_id)
    return Turn.SENT


def _send(claim: Claim, message: CompiledMessage, lane: Lane, *, began: float) -> None:
    dispatch = Dispatch(claim, message, lane, began=began)
    lane.unrecorded = (claim, dispatch.results)
    with metrics.at_work():
        try:
            dispatch.deliver()
        finally:
            record_what_was_sent(lane)
    metrics.count_batch(dispatch.results, seconds=clock.uptime() - began, trouble=dispatch.trouble)
    _note_trouble(claim.campaign_id, lane, dispatch.trouble)
    refusal = dispatch.trouble.removeprefix(BEFORE_ANY_MAIL)
    if refuses_us(refusal):
        judge_refused_session(claim.campaign_id, refusal, lane.watch.now())


def _claim(campaign_id: int, lane: Lane) -> Claim | WaitForSlot | None:
    lane.is_unsure = True
    rate = current_settings().send_rate
    claim = claim_batch(campaign_id, lane.name, now=lane.watch.now(), rate=rate)
    lane.is_unsure = False
    return claim


def settle(lane: Lane) -> None:
    """Record what the ledger lacks, and release what a sender may hold without knowing it.

    Raises DatabaseUnavailable.
    """
    record_what_was_sent(lane)
    if lane.is_unsure:
        give_back(lane.name)
        lane.is_unsure = False


def record_what_was_sent(lane: Lane) -> None:
    """Record the last batch, and end the campaign if that was its last one."""
    if lane.unrecorded is None:
        return
    claim, results = lane.unrecorded
    record_batch(claim, results, now=lane.watch.now())
    lane.unrecorded = None
    with suppress(JournalFull):  # it must succeed before the next claim
        lane.journal.clear()
    finish_if_done(claim.campaign_id)


def _compile(campaign_id: int) -> CompiledMessage:
    """Return the message of a campaign, compiled once in this process.

    This happens before the claim, because it may fail.
    """
    known = cast(dict[int, CompiledMessage], current_app.extensions.setdefault("compiled", {}))
    if campaign_id not in known:
        with transaction():
            campaign = get_campaign(campaign_id)
            mailing_list = get_list(campaign.mailing_list_id)
        if len(known) >= COMPILED_AT_MOST:
            known.clear()
        known[campaign_id] = CompiledMessage(campaign, mailing_list)
    return known[campaign_id]


def _leave_out(campaign_id: int, lane: Lane, error: Exception) -> None:
    """Set a campaign that can't be compiled aside, so that the others go on."""
    if not lane.watch.has_trouble(campaign_id):
        log_failure("delivery.not_compiled", error, campaign=campaign_id)
        note_trouble(campaign_id, f"content: {type(error).__name__}"[:MAX_TROUBLE])
    lane.watch.leave_out(campaign_id)


def _note_trouble(campaign_id: int, lane: Lane, trouble: str) -> None:
    """Keep the problem of a batch, for the console and for the sender's next step."""
    lane.trouble = trouble
    if trouble or lane.watch.has_trouble(campaign_id):
        note_trouble(campaign_id, trouble[:MAX_TROUBLE] or None)
    if trouble and lane.may_log(trouble):
        log.warning("delivery.trouble", campaign=campaign_id, trouble=trouble)
