"""Two persons, one text: nothing leaves that a second person hasn't approved as it leaves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from supporters import clock
from supporters.accounts.models import Organiser, organiser_list
from supporters.accounts.second_person import SecondPersonFault
from supporters.campaigns.campaign_lists import ListChoice
from supporters.campaigns.drafts import CampaignDraft, DraftError, edit_campaign
from supporters.campaigns.models import Campaign, CampaignTest, CampaignVersion, VersionEnd
from supporters.campaigns.trash import trash_draft
from supporters.campaigns.versions import find_newest_version
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.approval import (
    ApprovalError,
    AudienceChanged,
    MessageChanged,
    ReadVersion,
    approve_campaign,
    ask_approval,
    reject_campaign,
    withdraw_request,
)
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.lists.queries import get_list
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import hold_since, make_organiser
from tests.factories.approvals import (
    allow_alone,
    make_approved,
    make_approver,
    make_request,
    notices,
    record_test,
)
from tests.factories.campaigns import ANNA, BORIS, ledger, reload, subscriber_at
from tests.factories.drafts import destroy, write_in
from tests.factories.lists import make_list
from tests.factories.lookups import acting_account
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def rewrite(campaign: Campaign, author: Organiser | None = None, **changes: object) -> object:
    """Change a campaign as the console does."""
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id,
        language=campaign.language,
        subject=campaign.subject,
        body=campaign.body,
    )
    changed = replace(draft, **changes)  # type: ignore[arg-type]
    return edit_campaign(campaign.id, changed, author_id=author.id if author else None)


def test_what_a_second_person_approved_is_launched(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    assert reload(draft.id).status == "approved"
    assert isinstance(launch_campaign(draft.id, by_id=author.id), Campaign)
    assert sorted(ledger(draft.id)) == [ANNA, BORIS]


def test_nobody_launches_a_draft_alone(draft: Campaign, author: Organiser) -> None:
    record_test(draft.id)
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    make_request(draft.id, author)
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    assert (reload(draft.id).status, ledger(draft.id)) == ("awaiting_approval", {})


def test_the_author_does_not_approve_their_own(draft: Campaign) -> None:
    both = make_approver()
    make_request(draft.id, both)
    assert approve_campaign(draft.id, both.id) is SecondPersonFault.SAME_ACCOUNT


def test_an_account_without_the_right_does_not_approve(draft: Campaign, author: Organiser) -> None:
    make_request(draft.id, author)
    other = make_organiser("b@parti.example")
    assert approve_campaign(draft.id, other.id) is SecondPersonFault.NO_RIGHT
    refused = reject_campaign(draft.id, other.id, "Non.")
    assert refused is SecondPersonFault.NO_RIGHT


def test_a_right_of_an_hour_does_not_approve(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    hold_since(approver, clock.now() - timedelta(hours=1))
    assert approve_campaign(draft.id, approver.id) is SecondPersonFault.TOO_NEW


@pytest.mark.both_databases
def test_an_invitation_counts_by_the_time_of_the_request_however_long_the_approval_waits(
    draft: Campaign, author: Organiser
) -> None:
    with acting_account(author.id):
        puppet = make_approver("puppet@parti.example")
    version = make_request(draft.id, author)
    now = clock.now()
    hold_since(puppet, now - timedelta(hours=80))
    with transaction():
        stored = db.session.get_one(CampaignVersion, version.id)
        stored.asked_at = now - timedelta(hours=20)
    refused = approve_campaign(draft.id, puppet.id)
    assert refused is SecondPersonFault.INVITED_BY_INITIATOR


def test_an_approver_of_other_lists_does_not_approve(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    other = make_list("lyon", "Lyon")
    with transaction():
        db.session.get_one(Organiser, approver.id).is_limited = True
        row = {"organiser_id": approver.id, "mailing_list_id": other.id}
        db.session.execute(organiser_list.insert().values(**row))
    make_request(draft.id, author)
    assert approve_campaign(draft.id, approver.id) is SecondPersonFault.NO_RIGHT
    assert notices() == []


@pytest.mark.both_databases
def test_an_approver_of_one_of_two_lists_does_not_approve(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    lyon = make_list("lyon", "Lyon")
    rewrite(draft, author, lists=(*draft.choices, ListChoice(lyon.id)))
    limit_organiser(approver.id, [draft.mailing_list_id])
    make_request(draft.id, author)
    assert approve_campaign(draft.id, approver.id) is SecondPersonFault.NO_RIGHT


@pytest.mark.both_databases
def test_a_text_in_another_language_that_nobody_tested_is_not_approved(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    write_in(draft, "en", "Saturday")
    make_request(draft.id, author)
    with transaction():
        db.session.query(CampaignTest).filter_by(language="en").delete()
    assert approve_campaign(draft.id, approver.id) is ApprovalError.UNTESTED


def test_a_message_that_nobody_tested_is_neither_approved_nor_launched(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    record_test(draft.id)
    rewrite(draft, body="Un autre texte.")
    ask_approval(draft.id, author.id)
    assert approve_campaign(draft.id, approver.id) is ApprovalError.UNTESTED
    withdraw_request(draft.id, author.id)
    allow_alone()
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.UNTESTED


def test_another_number_of_people_is_not_approved(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    make_subscriber("chloe@example.org", get_list(draft.mailing_list_id))
    refused = approve_campaign(draft.id, approver.id, ReadVersion(audience=2))
    assert refused == AudienceChanged(3)


def test_a_list_that_everybody_left_meanwhile_is_not_approved(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    for each in (ANNA, BORIS):
        unsubscribe_from_list(subscriber_at(each).id, draft.mailing_list_id, Method.ONE_CLICK)
    assert approve_campaign(draft.id, approver.id) is ApprovalError.NOBODY


def test_another_version_than_the_one_that_was_read_is_neither_approved_nor_rejected(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    read = make_request(draft.id, author).hash
    rewrite(draft, author, body="Votez pour l’autre parti.")
    make_request(draft.id, author)
    refused = approve_campaign(draft.id, approver.id, ReadVersion(fingerprint=read))
    assert isinstance(refused, MessageChanged)
    rejected = reject_campaign(draft.id, approver.id, "Non.", read_fingerprint=read)
    assert isinstance(rejected, MessageChanged)
    assert reload(draft.id).status == "awaiting_approval"


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "changes",
    [
        {"body": "Votez pour l’autre parti."},
        {"subject": "Autre"},
        {"preheader": "Vite"},
        {"language": "en"},
    ],
)
def test_any_change_voids_the_approval(
    draft: Campaign, author: Organiser, approver: Organiser, changes: dict[str, str]
) -> None:
    version = make_approved(draft.id, author, approver)
    rewrite(draft, author, **changes)
    ended = db.session.get_one(CampaignVersion, version.id)
    assert (reload(draft.id).status, ended.ended_because) == ("draft", VersionEnd.CHANGED)
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    assert (approver.email, "approval_void") in notices()


def test_saving_the_same_text_voids_nothing(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    rewrite(draft, author)
    assert reload(draft.id).status == "approved"


def test_the_line_ends_of_a_browser_void_nothing(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    rewrite(draft, author, body="Une ligne.\nUne autre.")
    make_approved(draft.id, author, approver)
    rewrite(draft, author, body="Une ligne.\r\nUne autre.")
    assert reload(draft.id).status == "approved"


def test_a_frozen_campaign_is_not_deleted(draft: Campaign, author: Organiser) -> None:
    make_request(draft.id, author)
    assert trash_draft(draft.id, author.id) is DraftError.NOT_A_DRAFT
    withdraw_request(draft.id, author.id)
    destroy(draft.id)
    assert find_newest_version(draft.id) is None


@pytest.mark.both_databases
def test_a_rejected_campaign_goes_back_with_remarks(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    assert reject_campaign(draft.id, approver.id, " ") is ApprovalError.NO_REMARKS
    rejected = reject_campaign(draft.id, approver.id, "Le jour est faux.")
    assert isinstance(rejected, CampaignVersion)
    assert (rejected.ended_because, rejected.remarks) == ("rejected", "Le jour est faux.")
    assert reload(draft.id).status == "draft"
    assert notices()[-1] == (author.email, "campaign_rejected")


def test_each_step_is_told_to_the_persons_concerned(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approver("autre@parti.example")
    make_approved(draft.id, author, approver)
    withdraw_request(draft.id, approver.id)
    assert sorted(notices()) == [
        (approver.email, "approval_wanted"),
        ("autre@parti.example", "approval_wanted"),
        (author.email, "approval_void"),
        (author.email, "campaign_approved"),
    ]


@pytest.mark.both_databases
def test_one_person_may_do_both_for_as_few_people_as_the_owners_allow(
    draft: Campaign, author: Organiser
) -> None:
    allow_alone(1)
    record_test(draft.id)
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    allow_alone(2)
    assert isinstance(launch_campaign(draft.id, by_id=author.id), Campaign)


def test_an_own_request_to_few_people_may_be_approved(draft: Campaign, author: Organiser) -> None:
    allow_alone(2)
    make_request(draft.id, author)
    assert isinstance(approve_campaign(draft.id, author.id), CampaignVersion)


@pytest.mark.parametrize("step", ["ask", "approve", "reject", "withdraw"])
def test_each_step_is_refused_where_it_makes_no_sense(
    draft: Campaign, author: Organiser, approver: Organiser, step: str
) -> None:
    steps: dict[str, Callable[[int], object]] = {
        "ask": lambda campaign_id: ask_approval(campaign_id, author.id),
        "approve": lambda campaign_id: approve_campaign(campaign_id, approver.id),
        "reject": lambda campaign_id: reject_campaign(campaign_id, approver.id, "Non."),
        "withdraw": lambda campaign_id: withdraw_request(campaign_id, author.id),
    }
    assert steps[step](404) is ApprovalError.UNKNOWN
    if step == "ask":
        make_request(draft.id, author)
    assert steps[step](draft.id) is ApprovalError.NOT_NOW
