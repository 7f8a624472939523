"""The states of a campaign, move by move, the forbidden ones included."""

from itertools import product

import pytest

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import (
    CAMPAIGN_STATES,
    CampaignMove,
    has_ledger,
    is_frozen,
    may_delete,
    may_edit,
)
from supporters.transitions import TransitionRefused

DRAFT, AWAITING, APPROVED, RUNNING, PAUSED, SENT, CANCELLED = CampaignStatus

ALLOWED = {
    (DRAFT, CampaignMove.ASK): AWAITING,
    (AWAITING, CampaignMove.APPROVE): APPROVED,
    (AWAITING, CampaignMove.REJECT): DRAFT,
    (AWAITING, CampaignMove.WITHDRAW): DRAFT,
    (APPROVED, CampaignMove.WITHDRAW): DRAFT,
    (AWAITING, CampaignMove.VOID): DRAFT,
    (APPROVED, CampaignMove.VOID): DRAFT,
    (DRAFT, CampaignMove.LAUNCH): RUNNING,
    (APPROVED, CampaignMove.LAUNCH): RUNNING,
    (RUNNING, CampaignMove.PAUSE): PAUSED,
    (PAUSED, CampaignMove.RESUME): RUNNING,
    (RUNNING, CampaignMove.CANCEL): CANCELLED,
    (PAUSED, CampaignMove.CANCEL): CANCELLED,
    (RUNNING, CampaignMove.FINISH): SENT,
    (SENT, CampaignMove.REOPEN): RUNNING,
}
REFUSED = [each for each in product(CampaignStatus, CampaignMove) if each not in ALLOWED]


@pytest.mark.parametrize(("status", "move", "after"), [(*key, ALLOWED[key]) for key in ALLOWED])
def test_an_allowed_move_leads_on(
    status: CampaignStatus, move: CampaignMove, after: CampaignStatus
) -> None:
    campaign = Campaign(status=status)
    CAMPAIGN_STATES.transition(campaign, move)
    assert campaign.status is after


@pytest.mark.parametrize(("status", "move"), REFUSED)
def test_every_other_move_is_refused(status: CampaignStatus, move: CampaignMove) -> None:
    campaign = Campaign(status=status)
    with pytest.raises(TransitionRefused):
        CAMPAIGN_STATES.transition(campaign, move)
    assert campaign.status is status


def test_only_returned_emails_reopen_an_ended_campaign() -> None:
    ways_out = [
        move for _, move in product([SENT, CANCELLED], CampaignMove) if (_, move) in ALLOWED
    ]
    assert ways_out == [CampaignMove.REOPEN]


def test_a_campaign_may_be_edited_until_its_launch() -> None:
    assert [status for status in CampaignStatus if may_edit(status)] == [DRAFT, AWAITING, APPROVED]


def test_only_a_draft_may_be_deleted() -> None:
    assert [status for status in CampaignStatus if may_delete(status)] == [DRAFT]


def test_what_waits_for_approval_or_launch_is_frozen() -> None:
    assert [status for status in CampaignStatus if is_frozen(status)] == [AWAITING, APPROVED]


def test_a_campaign_has_a_ledger_from_its_launch_on() -> None:
    reached, before = {RUNNING}, set[CampaignStatus]()
    while reached != before:
        before = {*reached}
        reached |= {after for (status, _), after in ALLOWED.items() if status in before}
    assert {status for status in CampaignStatus if has_ledger(status)} == reached
