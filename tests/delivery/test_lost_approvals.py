"""An approval lasts as long as its account could give it, also among acts at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask

from supporters.accounts.models import Organiser, RoleName
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.delivery.approval import (
    ApprovalError,
    ReadVersion,
    approve_campaign,
    withdraw_request,
)
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.lists.queries import get_list
from supporters.team.account_rights import revoke_right
from supporters.team.accounts import disable_organiser
from supporters.team.list_scopes import limit_organiser
from tests.factories.approvals import allow_alone, make_approved, make_approver, make_request
from tests.factories.campaigns import ledger, reload
from tests.factories.signups import make_subscriber
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@pytest.mark.both_databases
def test_of_two_approvers_at_the_same_moment_one_approves(
    app: Flask, draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    ids = [approver.id, make_approver("third@parti.example").id]
    outcomes = in_threads(app, [partial(approve_campaign, draft.id, each) for each in ids])
    assert sum(isinstance(each, CampaignVersion) for each in outcomes) == 1
    assert ApprovalError.NOT_NOW in outcomes


@pytest.mark.both_databases
def test_what_is_rewritten_while_it_is_approved_does_not_leave(
    app: Flask, draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    other = CampaignDraft(
        mailing_list_id=draft.mailing_list_id,
        language=draft.language,
        subject=draft.subject,
        body="Votez pour l’autre parti.",
    )
    read = ReadVersion(fingerprint=make_request(draft.id, author).hash, audience=2)
    in_threads(
        app,
        [
            lambda: approve_campaign(draft.id, approver.id, read),
            lambda: edit_campaign(draft.id, other, author_id=author.id),
        ],
    )
    assert reload(draft.id).status == "draft"
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    assert ledger(draft.id) == {}


@pytest.mark.both_databases
def test_what_an_account_approves_while_it_is_disabled_does_not_leave(
    app: Flask, draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    acts = [lambda: approve_campaign(draft.id, approver.id), lambda: disable_organiser(approver.id)]
    in_threads(app, acts)
    assert isinstance(launch_campaign(draft.id, by_id=author.id), LaunchError)
    assert ledger(draft.id) == {}


@pytest.mark.parametrize(
    "take_away",
    [
        disable_organiser,
        lambda account_id: revoke_right(account_id, RoleName.APPROVER),
        lambda account_id: limit_organiser(account_id, []),
    ],
    ids=["account", "right", "lists"],
)
def test_an_approval_ends_with_the_right_of_its_approver(
    draft: Campaign, author: Organiser, approver: Organiser, take_away: Callable[[int], object]
) -> None:
    make_approved(draft.id, author, approver)
    take_away(approver.id)
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.APPROVER_GONE
    assert ledger(draft.id) == {}
    withdraw_request(draft.id, author.id)
    make_approved(draft.id, author, make_approver("third@parti.example"))
    assert isinstance(launch_campaign(draft.id, by_id=author.id), Campaign)


def test_an_own_approval_for_few_people_launches_to_no_more(
    draft: Campaign, author: Organiser
) -> None:
    author = make_approver("alone@parti.example")
    allow_alone(2)
    make_approved(draft.id, author, author)
    make_subscriber("chloe@example.org", get_list(draft.mailing_list_id))
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
