"""Handles “I never signed up”: stops all mail to the person or the mailbox, and opens a case.

The link of a stranger's mailbox never expires, like every link that stops mail, and needs no row.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import structlog
from sqlalchemy import delete

from supporters import clock
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove
from supporters.cases.case_service import open_case
from supporters.cases.current_consents import list_sentences_to
from supporters.cases.departures import record_departure
from supporters.cases.models import AddressChange, CaseKind, Channel, DepartureKind, DisputeStop
from supporters.cases.queries import (
    count_known_disputes,
    find_open_dispute,
    has_disputed,
    list_disputes,
)
from supporters.cases.rules import DisputeVerdict, judge_disputes
from supporters.consent.models import Method
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.database import db, in_transaction, transaction
from supporters.delivery.campaign_control import apply_move
from supporters.delivery.problems import ProblemKind
from supporters.delivery.progress import get_progress
from supporters.delivery.thresholds.automatic_pause import author_and_owners
from supporters.delivery.thresholds.threshold_settings import find_thresholds
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.lists.subscriptions import object_by_address, unsubscribe_from_every_list
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.notices.security_notices import owners_and_officer
from supporters.people.addresses import Address, address_mac
from supporters.people.queries import lock_subscriber
from supporters.personal_data.restriction import restrict_person
from supporters.signup.rejection import stop_signup_mail

NOTICE_USEFUL_FOR = timedelta(days=7)
log = structlog.get_logger(__name__)


@in_transaction
def pause_if_disputed(campaign_id: int, now: datetime) -> None:
    """Pause a campaign, or warn about it, if the rule says so, and write the notices.

    It runs in the transaction of a person's first dispute of the campaign. After somebody resumes
    the campaign, only new disputes count.
    """
    Lock.DISPUTE.take(campaign_id)
    db.session.flush()
    disputes, progress = list_disputes(campaign_id), get_progress(campaign_id)
    verdict = judge_disputes(
        disputes[count_known_disputes(campaign_id) :],
        accepted=progress.accepted,
        audience=progress.audience,
        limit=find_thresholds().disputed,
    )
    campaign = (
        None if verdict is DisputeVerdict.NOTHING else find_campaign(campaign_id, for_update=True)
    )
    if campaign is None:
        return
    count = len(disputes)
    is_warning = verdict is DisputeVerdict.WARN
    is_paused = not is_warning and _stop(campaign, now, count=count, accepted=progress.accepted)
    log.warning(
        "campaign.disputed",
        campaign=campaign_id,
        contests=count,
        verdict=verdict.value,
        paused=is_paused,
    )
    values = {"contests": count, "is_paused": int(is_paused), "is_warning": int(is_warning)}
    for to in {**owners_and_officer(), **author_and_owners(campaign)}.items():
        _write(campaign, to, values=values, now=now)


def _stop(campaign: Campaign, now: datetime, *, count: int, accepted: int) -> bool:
    """Pause a campaign and record the number of disputes; tell whether it is paused."""
    is_paused = _pause(campaign, f"{count}/{accepted}", now)
    db.session.add(
        DisputeStop(
            id=new_id(now),
            campaign_id=campaign.id,
            disputes=count,
            accepted=accepted,
            occurred_at=now,
        )
    )
    return is_paused


def _pause(campaign: Campaign, details: str, now: datetime) -> bool:
    """Pause a campaign and record why; tell whether it is paused now."""
    if CAMPAIGN_STATES.allows(campaign.status, CampaignMove.PAUSE):
        apply_move(campaign, CampaignMove.PAUSE, now)
    if campaign.status is not CampaignStatus.PAUSED:
        return False
    campaign.problem = f"{ProblemKind.DISPUTED}: {details}"
    campaign.problem_at = now
    return True


def _write(
    campaign: Campaign, to: tuple[str, str], *, values: dict[str, int], now: datetime
) -> None:
    address, language = to
    draft = EmailDraft(
        kind=EmailKind.DISPUTE_PAUSE,
        recipient=address,
        language=language,
        values={
            "subject": campaign.subject,
            "campaign_url": link_to("console.show_campaign", campaign_id=campaign.id),
            **values,
        },
        useful_for=NOTICE_USEFUL_FOR,
    )
    put_email(draft, now=now)


class DisputeResult(Enum):
    """The result of a dispute."""

    RECORDED = auto()
    UNKNOWN = auto()


def report_dispute(subscriber_id: int, campaign_id: int) -> DisputeResult:
    """Unsubscribe the reader from every list, restrict their data, and open a case.

    The mailbox gets a notice and can undo it: the reader may be somebody to whom the email was
    forwarded. A second call opens no second case. If many people dispute the same campaign, the
    owners are notified and the campaign may be paused.
    """
    with transaction():
        subscriber = lock_subscriber(subscriber_id)
        if subscriber is None:
            return DisputeResult.UNKNOWN
        now = clock.now()
        withdrawn = list_sentences_to(subscriber)
        was_restricted = subscriber.restricted_at is not None
        unsubscribe_from_every_list(subscriber_id, Method.PAGE, now=now)
        if withdrawn or not was_restricted:
            record_departure(subscriber, DepartureKind.DISPUTED, withdrawn, now=now)
        restrict_person(subscriber_id, Method.PAGE, now=now)
        if find_open_dispute(subscriber_id) is None:
            campaign = find_campaign(campaign_id)
            is_repeated = has_disputed(subscriber_id, campaign_id)
            case = open_case(
                CaseKind.DISPUTE,
                Channel.PAGE,
                now=now,
                subscriber_id=subscriber_id,
                campaign_id=campaign.id if campaign else None,
            )
            log.warning("consent.disputed", case=case.id, campaign=case.campaign_id)
            if campaign is not None and not is_repeated:
                pause_if_disputed(campaign.id, now)
    return DisputeResult.RECORDED


@dataclass(frozen=True)
class UnwantedMailbox:
    """A mailbox, known only by the keyed hash of its address."""

    address_mac: bytes


def link_to_stop_all_mail(address: Address, language: str) -> str:
    """Return the link in an email to an address that stops all mail to it."""
    macs: list[str | int] = [address_mac(address.key).hex()]
    token = current_tokens().sign(TokenPurpose.NOT_MY_ADDRESS, macs)
    return link_to("public.not_my_address", lang_code=language, token=token)


def find_unwanted_mailbox(token: str) -> UnwantedMailbox | None:
    """Return the mailbox of a link; changes nothing."""
    try:
        payload = current_tokens().read(TokenPurpose.NOT_MY_ADDRESS, token)
    except TokenError:
        return None
    match payload:
        case [str(address)]:
            return UnwantedMailbox(bytes.fromhex(address))
    return None


def stop_all_mail(mailbox: UnwantedMailbox) -> None:
    """Delete the address changes to a mailbox and suppress it; a second call is harmless."""
    now = clock.now()
    with transaction():
        Lock.ADDRESS.take(mailbox.address_mac)
        stop_signup_mail(mailbox.address_mac, Method.PAGE, now)
        db.session.execute(
            delete(AddressChange).where(AddressChange.address_mac == mailbox.address_mac)
        )
    object_by_address(mailbox.address_mac, Method.PAGE, now=now)
