"""Complaints, dead mailboxes and refusals of us pause a campaign when they come back (REQ-100)."""

import pytest
from flask import Flask

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.campaigns.models import CampaignStatus
from supporters.delivery.acts import DeliveryNotice
from supporters.delivery.campaign_control import resume_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.rules import DeliveryStatus
from supporters.delivery.thresholds.departures_of_run import get_run_figures
from supporters.delivery.thresholds.threshold_rules import (
    Thresholds,
    find_too_many_returned,
    must_tell_of_complaints,
)
from supporters.delivery.thresholds.threshold_settings import change_thresholds
from supporters.feedback.intake.apply_report import Effect, Source, apply_reports
from supporters.feedback.reports.report import ReportKind
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply
from tests.factories.accounts import make_owner
from tests.factories.approvals import notices
from tests.factories.campaigns import (
    ACCEPTED,
    RecordingTransport,
    launch_to_addresses,
    ledger,
    reload,
)
from tests.factories.returned.feedback import report_on
from tests.machinery.prepared_states import begins_with

PEOPLE, SENT = 120, 100
LATER = RelayReply(AttemptOutcome.DEFERRED, "450")


def half_sent(_app: Flask) -> int:
    """Launch a campaign, send most of it, and keep it running; return its id."""
    campaign_id = launch_to_addresses(*(f"p@domain{each:03}.example" for each in range(PEOPLE)))
    numbers = iter(range(10_000))
    send_here(RecordingTransport(lambda _: ACCEPTED if next(numbers) < SENT else LATER))
    return campaign_id


pytestmark = [pytest.mark.usefixtures("app"), begins_with(half_sent)]


def readers(campaign_id: int) -> list[str]:
    """Return the addresses that have the campaign."""
    found = ledger(campaign_id).items()
    return sorted(address for address, status in found if status is DeliveryStatus.ACCEPTED)


def arrive(
    campaign_id: int,
    addresses: list[str],
    kind: ReportKind = ReportKind.COMPLAINT,
    bounce_class: BounceClass = BounceClass.AUTHENTICATION,
) -> set[Effect]:
    """Let reports about these people's emails arrive; return what they did."""
    reports = [(report_on(campaign_id, each, kind, bounce_class), None) for each in addresses]
    return {*apply_reports(reports, Source.LMTP, clock.now())}


@pytest.mark.both_databases
def test_complaints_are_told_then_pause_and_only_a_person_resumes(prepared: int) -> None:
    owner, people = make_owner(), readers(prepared)
    change_thresholds(Thresholds(complained=30), None)
    arrive(prepared, people[:1])
    told = (owner.email, DeliveryNotice.COMPLAINTS_BEGIN.value)
    assert notices().count(told) == 1
    arrive(prepared, people[1:2])
    assert notices().count(told) == 1
    assert reload(prepared).status is CampaignStatus.RUNNING
    arrive(prepared, people[2:3])
    campaign = reload(prepared)
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "complaints: 3/100/30")
    assert (owner.email, DeliveryNotice.MANY_COMPLAINTS.value) in notices()
    resume_campaign(prepared)
    arrive(prepared, people[3:5])
    assert reload(prepared).status is CampaignStatus.RUNNING
    arrive(prepared, people[5:6])
    assert reload(prepared).status is CampaignStatus.PAUSED


def test_fifty_refusals_of_us_pause_the_campaign_and_suspend_nobody(prepared: int) -> None:
    owner, people = make_owner(), readers(prepared)[:50]
    effects = arrive(prepared, people, ReportKind.BOUNCE)
    campaign = reload(prepared)
    assert effects == {Effect.ABOUT_US}
    assert (campaign.status, campaign.problem) == (CampaignStatus.PAUSED, "returned: 50/100/50")
    assert (owner.email, DeliveryNotice.MANY_RETURNED.value) in notices()
    assert get_run_figures(campaign, disputed=0).refused == 0


def test_dead_mailboxes_pause_a_campaign_by_the_threshold_of_rejected_addresses(
    prepared: int,
) -> None:
    people = readers(prepared)
    arrive(prepared, people[:4], ReportKind.BOUNCE, BounceClass.NO_MAILBOX)
    assert reload(prepared).status is CampaignStatus.RUNNING
    arrive(prepared, people[4:5], ReportKind.BOUNCE, BounceClass.NO_MAILBOX)
    campaign = reload(prepared)
    assert campaign.problem == "dead addresses: 5/100/50"
    assert get_run_figures(campaign, disputed=0).refused == 5


def test_full_mailboxes_pause_nothing(prepared: int) -> None:
    people = readers(prepared)
    arrive(prepared, people, ReportKind.BOUNCE, BounceClass.FULL)
    assert reload(prepared).status is CampaignStatus.RUNNING


def test_few_bounces_about_us_pause_small_campaigns_only() -> None:
    limits, faults = Thresholds(), []
    for about_us, accepted, audience, pauses in (
        (2, 3, 3, False),
        (4, 5, 5, False),
        (5, 5, 5, True),
        (9, 100, 100, False),
        (10, 100, 100, True),
        (49, 10_000, 10_000, False),
        (50, 1_000_000, 1_000_000, True),
    ):
        found = find_too_many_returned(
            about_us=about_us, accepted=accepted, audience=audience, thresholds=limits
        )
        if (found is not None) is not pauses:
            faults.append((about_us, accepted))
    assert not faults


def test_complaints_are_told_from_one_in_a_thousand() -> None:
    found = [
        must_tell_of_complaints(complained=complained, accepted=accepted)
        for complained, accepted in ((0, 10), (1, 1001), (1, 1000), (2, 1500))
    ]
    assert found == [False, False, True, True]
