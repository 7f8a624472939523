"""The states of a campaign, move by move, the forbidden ones included."""

from itertools import product

from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.campaigns.states import (
    CAMPAIGN_STATES,
    CampaignMove,
    has_ledger,
    is_frozen,
    may_delete,
    may_edit,
)
from tests.machinery.state_tables import wrong_moves

DRAFT, AWAITING, APPROVED, SCHEDULED, RUNNING, PAUSED, SENT, CANCELLED, TRASHED = CampaignStatus

ALLOWED = {
    (DRAFT, CampaignMove.ASK): AWAITING,
    (AWAITING, CampaignMove.APPROVE): APPROVED,
    (AWAITING, CampaignMove.REJECT): DRAFT,
    (AWAITING, CampaignMove.WITHDRAW): DRAFT,
    (APPROVED, CampaignMove.WITHDRAW): DRAFT,
    (AWAITING, CampaignMove.VOID): DRAFT,
    (APPROVED, CampaignMove.VOID): DRAFT,
    **{(each, CampaignMove.SCHEDULE): SCHEDULED for each in (DRAFT, APPROVED, SCHEDULED)},
    (SCHEDULED, CampaignMove.UNSCHEDULE): APPROVED,
    (SCHEDULED, CampaignMove.WITHDRAW): DRAFT,
    (SCHEDULED, CampaignMove.VOID): DRAFT,
    (SCHEDULED, CampaignMove.LAUNCH): RUNNING,
    (RUNNING, CampaignMove.TAKE_BACK): DRAFT,
    (PAUSED, CampaignMove.TAKE_BACK): DRAFT,
    (DRAFT, CampaignMove.LAUNCH): RUNNING,
    (APPROVED, CampaignMove.LAUNCH): RUNNING,
    (RUNNING, CampaignMove.PAUSE): PAUSED,
    (PAUSED, CampaignMove.RESUME): RUNNING,
    (RUNNING, CampaignMove.CANCEL): CANCELLED,
    (PAUSED, CampaignMove.CANCEL): CANCELLED,
    (RUNNING, CampaignMove.FINISH): SENT,
    (SENT, CampaignMove.REOPEN): RUNNING,
    (DRAFT, CampaignMove.TRASH): TRASHED,
    (TRASHED, CampaignMove.TAKE_OUT): DRAFT,
}


def test_only_the_moves_of_the_table_are_allowed() -> None:
    assert not wrong_moves(CAMPAIGN_STATES, ALLOWED, lambda status: Campaign(status=status))


def test_only_returned_emails_reopen_an_ended_campaign() -> None:
    ways_out = [
        move for _, move in product([SENT, CANCELLED], CampaignMove) if (_, move) in ALLOWED
    ]
    assert ways_out == [CampaignMove.REOPEN]


def test_a_campaign_may_be_edited_until_its_launch() -> None:
    assert [status for status in CampaignStatus if may_edit(status)] == [
        *(DRAFT, AWAITING, APPROVED, SCHEDULED)
    ]


def test_only_a_draft_may_be_put_into_the_trash() -> None:
    assert [status for status in CampaignStatus if may_delete(status)] == [DRAFT]


def test_what_waits_for_approval_or_launch_is_frozen() -> None:
    assert [status for status in CampaignStatus if is_frozen(status)] == [
        *(AWAITING, APPROVED, SCHEDULED)
    ]


def test_a_campaign_has_a_ledger_from_its_launch_on() -> None:
    reached, before = {RUNNING}, set[CampaignStatus]()
    while reached != before:
        before = {*reached}
        reached |= {
            after
            for (status, move), after in ALLOWED.items()
            if status in before and move is not CampaignMove.TAKE_BACK
        }
    assert {status for status in CampaignStatus if has_ledger(status)} == reached
