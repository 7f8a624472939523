"""Sends a campaign, batch by batch: claim, send, record."""

from collections import Counter
from datetime import datetime
from enum import Enum, auto
from typing import NamedTuple, cast

from flask import current_app
from jinja2 import TemplateError

from supporters import clock
from supporters.campaigns.queries import get_campaign
from supporters.campaigns.versions import VersionAltered
from supporters.database import transaction
from supporters.delivery.campaign_control import pause_altered
from supporters.delivery.claims import Claim, claim_batch, release_claims
from supporters.delivery.completion import finish_if_done, record_problem
from supporters.delivery.engine.dispatch import Dispatch, Sender
from supporters.delivery.message.frozen_versions import get_frozen_to_send
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.problems import ProblemKind, kind_of
from supporters.delivery.rate_limit import RateReached
from supporters.delivery.relay_refusals import record_refused_session
from supporters.extensions import current_settings
from supporters.logs import log_failure, log_problem
from supporters.mail.dkim.signing_keys import SigningKeyUnreadable, current_signer
from supporters.metering import metrics
from supporters.smtp_relay.send_journal import JournalFull

COMPILED_AT_MOST = 8
MAX_PROBLEM = 60


class StepResult(Enum):
    """The result of one step of a sender."""

    SENT = auto()
    NOTHING_DUE = auto()
    WAITED = auto()


class CompiledLaunch(NamedTuple):
    """The message of a campaign, and when the launch was that it belongs to."""

    message: CompiledMessage
    launched_at: datetime | None


def send_next_batch(campaign_id: int, sender: Sender) -> StepResult:
    """Send the next batch of a campaign that is due, and record the result of each email.

    Raises DatabaseUnavailable; what was sent then stays in `sender.unrecorded`, and in the journal.
    """
    sender.settle()
    sender.problem, sender.trouble = "", None
    try:
        compiled = _compile(campaign_id)
        sender.journal.prepare()
        sender.sign = current_signer()
    except (JournalFull, SigningKeyUnreadable) as error:
        kind = ProblemKind.JOURNAL if isinstance(error, JournalFull) else ProblemKind.SIGNING
        _record_problem(campaign_id, sender, f"{kind}: {error}")
        return StepResult.WAITED
    except VersionAltered as error:
        log_failure("campaign.version_altered", error, campaign=campaign_id)
        pause_altered(campaign_id)
        sender.gate.set_aside(campaign_id)
        return StepResult.NOTHING_DUE
    except (ValueError, TemplateError) as error:
        _set_aside(campaign_id, sender, error)
        return StepResult.NOTHING_DUE
    began = clock.uptime()
    claim = _claim(campaign_id, sender, compiled)
    if claim is None:
        sender.gate.set_aside(campaign_id)
        finish_if_done(campaign_id)
        return StepResult.NOTHING_DUE
    if isinstance(claim, RateReached):
        sender.ending.wait(min(claim.time.total_seconds(), 1.0))
        return StepResult.WAITED
    if claim.recipients:
        _send(claim, compiled.message, sender, began=began)
    else:
        finish_if_done(campaign_id)
    return StepResult.SENT


def _send(claim: Claim, message: CompiledMessage, sender: Sender, *, began: float) -> None:
    dispatch = Dispatch(claim, message, sender, began=began)
    sender.unrecorded = (claim, dispatch.results)
    with metrics.at_work():
        try:
            dispatch.deliver()
        finally:
            sender.record()
    outcomes = Counter(reply.outcome.name.lower() for _, reply in dispatch.results)
    metrics.count_batch(outcomes, seconds=clock.uptime() - began)
    _record_problem(claim.campaign_id, sender, dispatch.problem)
    sender.trouble = dispatch.trouble
    if dispatch.trouble is not None and dispatch.trouble.refuses_us:
        record_refused_session(claim.campaign_id, dispatch.trouble.code, sender.gate.now())


def _claim(
    campaign_id: int, sender: Sender, compiled: CompiledLaunch
) -> Claim | RateReached | None:
    """Claim a batch, unless the campaign was launched anew since its message was compiled."""
    sender.is_unsure = True
    claim = claim_batch(
        campaign_id,
        sender.name,
        now=sender.gate.now(),
        rate=current_settings().send_rate,
        other_languages=compiled.message.other_languages,
    )
    if isinstance(claim, Claim) and claim.recipients and claim.launched_at != compiled.launched_at:
        release_claims(sender.name)
        _known_launches().pop(campaign_id, None)
        claim = None
    sender.is_unsure = False
    return claim


def _compile(campaign_id: int) -> CompiledLaunch:
    """Return the message of a campaign, compiled once in this process.

    It is made of the frozen version. This happens before the claim, because it may fail.
    """
    known = _known_launches()
    if campaign_id not in known:
        with transaction():
            frozen = get_frozen_to_send(campaign_id)
            launched_at = get_campaign(campaign_id).launched_at
        if len(known) >= COMPILED_AT_MOST:
            known.clear()
        known[campaign_id] = CompiledLaunch(CompiledMessage(frozen), launched_at)
    return known[campaign_id]


def _known_launches() -> dict[int, CompiledLaunch]:
    compiled = current_app.extensions.setdefault("compiled", {})
    return cast(dict[int, CompiledLaunch], compiled)


def _set_aside(campaign_id: int, sender: Sender, error: Exception) -> None:
    """Set a campaign that can't be compiled aside, so that the others go on."""
    if not sender.gate.has_problem(campaign_id):
        log_failure("delivery.not_compiled", error, campaign=campaign_id)
        record_problem(campaign_id, f"content: {type(error).__name__}"[:MAX_PROBLEM])
    sender.gate.set_aside(campaign_id)


def _record_problem(campaign_id: int, sender: Sender, problem: str) -> None:
    """Keep the problem of a batch, for the console and for the sender's next step."""
    sender.problem = problem
    if problem or sender.gate.has_problem(campaign_id):
        record_problem(campaign_id, problem[:MAX_PROBLEM] or None)
    if problem:
        metrics.count_problem(kind_of(problem).value)
        log_problem("delivery.problem", problem, campaign=campaign_id)
