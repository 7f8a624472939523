"""Launches a campaign: writes its audience to the ledger, by one statement (ADR 001)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from secrets import SystemRandom
from typing import Any, cast

import structlog
from sqlalchemy import ColumnElement, CursorResult, insert, literal, select

from supporters import clock
from supporters.accounts.second_person import SecondPersonFault
from supporters.audit.hidden_withdrawals import list_hidden_withdrawals
from supporters.audit_log.audit_events import Details, record_act
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.launch_guard import may_leave
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.queries import find_campaign, find_silence_of
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.campaigns.versions import (
    HASH,
    VersionAltered,
    check_version,
    clear_hour,
    get_current_version,
    is_tested,
)
from supporters.database import db, in_transaction, transaction
from supporters.delivery.approval import (
    NOTHING_READ,
    AudienceChanged,
    MessageChanged,
    ReadVersion,
    find_approver_fault,
)
from supporters.delivery.audience import LeftOut, count_at_most, count_audience, select_audience
from supporters.delivery.baseless_recipients import (
    find_baseless_recipients,
    list_left_out,
    report_baseless,
)
from supporters.delivery.first_wave.audience_cut import AudienceCut, put_into_batches
from supporters.delivery.first_wave.wave_control import choose_wave
from supporters.delivery.first_wave.wave_rules import Wave
from supporters.delivery.grace import find_beginning
from supporters.delivery.message.frozen_versions import freeze_version, is_as_frozen
from supporters.delivery.message.message_weight import is_too_heavy
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import ALWAYS_DUE, DeliveryStatus
from supporters.delivery.sealed_ledgers.launch_records import seal_launch
from supporters.dialects import use_memory_for_sorting
from supporters.lists.baseless_subscriptions import BaselessSubscriptions
from supporters.locks import Lock
from supporters.logs import log_failure
from supporters.public_languages import is_offered_language

log = structlog.get_logger(__name__)
LAUNCH_MEMORY_MB = 128  # enough to sort a million people without the disk


class LaunchError(Enum):
    """Why a campaign was not launched."""

    UNKNOWN = auto()
    NOT_A_DRAFT = auto()
    CONTENT_FAULTY = auto()
    TOO_HEAVY = auto()
    NOT_APPROVED = auto()
    APPROVER_GONE = auto()
    UNTESTED = auto()
    VERSION_ALTERED = auto()
    NOBODY = auto()
    LOG_ALTERED = auto()
    SILENCE = auto()
    WAVE_TOO_LARGE = auto()
    LANGUAGE_GONE = auto()
    SETUP_FAULTY = auto()


LaunchResult = Campaign | LaunchError | AudienceChanged | MessageChanged


class LaunchRefusal(Exception):
    """A launch, or the choice of its hour, ends without a change."""

    def __init__(
        self,
        outcome: LaunchError | AudienceChanged | MessageChanged,
        baseless: BaselessSubscriptions | None = None,
    ) -> None:
        self.outcome, self.baseless = outcome, baseless


def launch_campaign(
    campaign_id: int,
    *,
    by_id: int | None = None,
    read: ReadVersion = NOTHING_READ,
    planned_at: datetime | None = None,
    wave: Wave | None = None,
) -> LaunchResult:
    """Write a ledger row for each subscriber of the list; the workers start by themselves.

    They start after the time of grace. With `planned_at`, only a campaign with this hour is
    launched. The campaign is approved, or it is a draft to so few people that one
    person may launch it: then this freezes it. A list that has grown or shrunk since somebody
    `read` it is not launched, nor a message with another fingerprint. No campaign is launched while
    the log shows that a withdrawal was hidden. People without a valid consent are left out,
    counted, and told of. `wave` replaces the first wave that was chosen.
    """
    if hidden := list_hidden_withdrawals(clock.now()):
        log.error("campaign.not_launched", campaign=campaign_id, hidden=[*map(str, hidden)])
        return LaunchError.LOG_ALTERED
    try:
        with transaction():
            Lock.ERASURE.take()  # nobody is erased between the count and the insert
            campaign = get_launchable(campaign_id)
            if wave is not None:
                choose_wave(campaign, wave)
            _launch(campaign, by_id, read, planned_at=planned_at)
    except LaunchRefusal as refusal:
        if refusal.baseless is not None:
            _report_refused(campaign_id, refusal.baseless)
        return refusal.outcome
    log.info("campaign.launched", campaign=campaign_id, audience=campaign.audience)
    return campaign


def _report_refused(campaign_id: int, baseless: BaselessSubscriptions) -> None:
    """Tell of the people who were all that a campaign would have reached."""
    with transaction():
        campaign = find_campaign(campaign_id, for_update=True)
        if campaign is not None:
            report_baseless(campaign, baseless)


def _launch(
    campaign: Campaign, by_id: int | None, read: ReadVersion, *, planned_at: datetime | None
) -> None:
    if planned_at is not None and (campaign.send_at, campaign.problem) != (planned_at, None):
        raise LaunchRefusal(LaunchError.NOT_A_DRAFT)  # somebody moved its hour meanwhile
    if find_silence_of(campaign.id, clock.now()):
        raise LaunchRefusal(LaunchError.SILENCE)
    if not may_leave(campaign):
        raise LaunchRefusal(LaunchError.SETUP_FAULTY)
    is_alone = campaign.status is CampaignStatus.DRAFT
    version = get_version_to_launch(campaign, by_id, read)
    now = clock.now()
    use_memory_for_sorting(LAUNCH_MEMORY_MB)
    found = find_baseless_recipients(campaign, now)
    audience = _freeze_audience(campaign, {key: found[key].people for key in found}, now)
    baseless = list_left_out(campaign.id, found)
    if audience == 0:
        raise LaunchRefusal(LaunchError.NOBODY, baseless)
    check_audience(campaign, version, audience, is_alone=is_alone)
    if read.audience not in {None, audience, audience + len(baseless.people)}:
        raise LaunchRefusal(AudienceChanged(audience))
    CAMPAIGN_STATES.transition(campaign, CampaignMove.LAUNCH)
    clear_hour(campaign)
    campaign.audience, campaign.launched_at = audience, now
    details: Details = {HASH: version.hash, "audience": audience, "alone": is_alone}
    record_act(CampaignAct.LAUNCHED, campaign.id, details)
    seal_launch(campaign, version, now)
    report_baseless(campaign, baseless)
    campaign.begins_at = find_beginning()


@in_transaction
def get_version_to_launch(
    campaign: Campaign, by_id: int | None, read: ReadVersion
) -> CampaignVersion:
    """Return the version to launch: the approved one, or that of a draft, which this freezes.

    Raises LaunchRefusal.
    """
    if not all(is_offered_language(each.language) for each in list_in_languages(campaign)):
        raise LaunchRefusal(LaunchError.LANGUAGE_GONE)
    is_alone = campaign.status is CampaignStatus.DRAFT
    version = _freeze_alone(campaign, by_id) if is_alone else _get_approved(campaign)
    if is_too_heavy(campaign):
        raise LaunchRefusal(LaunchError.TOO_HEAVY)
    if read.fingerprint not in {None, version.hash}:
        raise LaunchRefusal(MessageChanged(campaign))
    return version


@in_transaction
def check_audience(
    campaign: Campaign, version: CampaignVersion, audience: int, *, is_alone: bool
) -> None:
    """Check that a version may go to so many people, and was tested. Raises LaunchRefusal."""
    if (campaign.wave_size or 0) >= audience:
        raise LaunchRefusal(LaunchError.WAVE_TOO_LARGE)
    if is_alone and not find_alone_limit().allows(audience):
        raise LaunchRefusal(LaunchError.NOT_APPROVED)
    if not is_alone and (fault := _find_approval_fault(campaign, version, audience)):
        raise LaunchRefusal(fault)
    if not is_tested(campaign.id, version.hash):
        raise LaunchRefusal(LaunchError.UNTESTED)


@in_transaction
def get_launchable(campaign_id: int) -> Campaign:
    """Return a campaign, locked, whose status allows its launch. Raises LaunchRefusal."""
    campaign = find_campaign(campaign_id, for_update=True)
    if campaign is None:
        raise LaunchRefusal(LaunchError.UNKNOWN)
    if campaign.status is CampaignStatus.AWAITING_APPROVAL:
        raise LaunchRefusal(LaunchError.NOT_APPROVED)
    if not CAMPAIGN_STATES.allows(campaign.status, CampaignMove.LAUNCH):
        raise LaunchRefusal(LaunchError.NOT_A_DRAFT)
    return campaign


def _freeze_alone(campaign: Campaign, by_id: int | None) -> CampaignVersion:
    """Freeze the draft of a person who needs no second one."""
    if find_campaign_faults(campaign):
        raise LaunchRefusal(LaunchError.CONTENT_FAULTY)
    audience = count_audience(campaign)
    if audience and not find_alone_limit().allows(audience):
        raise LaunchRefusal(LaunchError.NOT_APPROVED)
    version = freeze_version(campaign, by_id)
    version.approved_by, version.approved_at = by_id, version.asked_at
    version.approved_audience = audience
    return version


def _get_approved(campaign: Campaign) -> CampaignVersion:
    """Return the approved version: the bytes of the database, compared with the audit log."""
    try:
        version = get_current_version(campaign)
        check_version(version, CampaignAct.APPROVED)
    except VersionAltered as error:
        log_failure("campaign.version_altered", error, campaign=campaign.id)
        raise LaunchRefusal(LaunchError.VERSION_ALTERED) from error
    if version.ended_at is not None or not is_as_frozen(campaign, version):
        log.error("campaign.version_altered", campaign=campaign.id, why="The draft differs.")
        raise LaunchRefusal(LaunchError.VERSION_ALTERED)
    return version


def _find_approval_fault(
    campaign: Campaign, version: CampaignVersion, audience: int
) -> LaunchError | None:
    """Return why an approval does not count any more: its approver could not give it now."""
    if version.approved_by is None:
        is_of_the_shell = version.asked_by is None and version.approved_at == version.asked_at
        is_small = is_of_the_shell and find_alone_limit().allows(audience)
        return None if is_small else LaunchError.NOT_APPROVED
    fault = find_approver_fault(campaign, version, version.approved_by, audience=audience)
    if fault is SecondPersonFault.SAME_ACCOUNT:
        return LaunchError.NOT_APPROVED
    return None if fault is None else LaunchError.APPROVER_GONE


def _freeze_audience(campaign: Campaign, left_out: LeftOut, now: datetime) -> int:
    """Write the ledger rows and their batches; return how many rows."""
    cut = AudienceCut(count_at_most(campaign), wave=campaign.wave_size or 0)
    people = select_audience(campaign, now, left_out)
    values = {
        "campaign_id": literal(campaign.id),
        **{column.name: column for column in people.c},
        "status": literal(DeliveryStatus.QUEUED.value),
        "attempts": literal(0),
        "next_attempt_at": literal(ALWAYS_DUE, Delivery.next_attempt_at.type),
    }
    columns: list[ColumnElement[Any]] = [value.label(name) for name, value in values.items()]
    rows = put_into_batches(select(*columns), cut)
    statement = insert(Delivery).from_select([*values, "batch"], rows)
    written = db.session.execute(statement, execution_options={"preserve_rowcount": True})
    audience = cast(CursorResult[tuple[int]], written).rowcount
    _write_batches(campaign, cut.list_sizes(audience))
    campaign.wave_batches = cut.wave_batches or None
    return audience


def _write_batches(campaign: Campaign, sizes: Sequence[int]) -> None:
    """Write a row for each batch. Their due times, all of them long past, are in random order."""
    order = SystemRandom().sample(range(len(sizes)), len(sizes))
    batches = [
        {
            "campaign_id": campaign.id,
            "number": number,
            "size": size,
            "due_at": ALWAYS_DUE + timedelta(seconds=seconds),
        }
        for number, (size, seconds) in enumerate(zip(sizes, order, strict=True), start=1)
    ]
    if batches:
        db.session.execute(insert(DeliveryBatch), batches)
