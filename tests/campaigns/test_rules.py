"""The states of a campaign, move by move, the refused ones included."""

from itertools import product

import pytest

from supporters.campaigns.rules import CampaignStatus, Move, may_move, state_after

DRAFT, RUNNING, PAUSED, SENT, CANCELLED = CampaignStatus

ALLOWED = {
    (DRAFT, Move.EDIT): DRAFT,
    (DRAFT, Move.LAUNCH): RUNNING,
    (RUNNING, Move.PAUSE): PAUSED,
    (PAUSED, Move.RESUME): RUNNING,
    (RUNNING, Move.CANCEL): CANCELLED,
    (PAUSED, Move.CANCEL): CANCELLED,
    (RUNNING, Move.FINISH): SENT,
}
REFUSED = [each for each in product(CampaignStatus, Move) if each not in ALLOWED]


@pytest.mark.parametrize(("status", "move", "after"), [(*key, ALLOWED[key]) for key in ALLOWED])
def test_an_allowed_move_leads_on(
    status: CampaignStatus, move: Move, after: CampaignStatus
) -> None:
    assert may_move(status, move)
    assert state_after(status, move) is after


@pytest.mark.parametrize(("status", "move"), REFUSED)
def test_every_other_move_is_refused(status: CampaignStatus, move: Move) -> None:
    assert not may_move(status, move)
    with pytest.raises(KeyError):
        state_after(status, move)


@pytest.mark.parametrize("status", [SENT, CANCELLED])
def test_nothing_leads_out_of_an_ended_campaign(status: CampaignStatus) -> None:
    assert not any(may_move(status, move) for move in Move)
