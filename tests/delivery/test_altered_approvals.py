"""Neither an approval nor a message that was changed past the program lets anything leave."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import insert, text, update

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.campaigns.campaign_lists import CampaignList
from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.models import Campaign, CampaignStatus, CampaignVersion
from supporters.campaigns.versions import hash_of
from supporters.database import db, transaction
from supporters.delivery.approval import (
    ApprovalError,
    approve_campaign,
    ask_approval,
    withdraw_request,
)
from supporters.delivery.launch import LaunchError, launch_campaign
from supporters.lists.queries import get_list
from tests.factories.approvals import launch_ready, make_approved, make_request
from tests.factories.campaigns import ledger, reload, send
from tests.factories.drafts import make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import come_to, plan_approved

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
Attack = Callable[[Campaign, CampaignVersion], object]


def change_row(campaign: Campaign, _version: CampaignVersion) -> object:
    return update(Campaign).where(Campaign.id == campaign.id).values(body="Autre.")


def change_bytes(_campaign: Campaign, version: CampaignVersion) -> object:
    other = version.content.replace("jeudi", "lundi")
    return update(CampaignVersion).values(content=other)


def change_bytes_and_hash(_campaign: Campaign, version: CampaignVersion) -> object:
    other = version.content.replace("jeudi", "lundi")
    return update(CampaignVersion).values(content=other, hash=hash_of(other))


def change_everything_but_the_audit_log(campaign: Campaign, version: CampaignVersion) -> object:
    parts = {"body": campaign.body, "document": campaign.document or ""}
    other = {name: words.replace("jeudi", "lundi") for name, words in parts.items()}
    assert other["document"] != parts["document"]
    db.session.execute(update(Campaign).values(**other))
    return change_bytes_and_hash(campaign, version)


def change_sender(_campaign: Campaign, version: CampaignVersion) -> object:
    parts = json.loads(version.content)
    parts["sender"]["name"] = "Un autre parti"
    return update(CampaignVersion).values(content=json.dumps(parts))


def revive(campaign: Campaign, _version: CampaignVersion) -> object:
    withdraw_request(campaign.id, None)
    return update(Campaign).values(status=CampaignStatus.APPROVED)


@pytest.mark.parametrize(
    "attack",
    [
        change_row,
        change_bytes,
        change_sender,
        change_bytes_and_hash,
        change_everything_but_the_audit_log,
        revive,
    ],
)
def test_what_was_changed_in_the_database_is_not_launched(
    draft: Campaign, author: Organiser, approver: Organiser, attack: Attack
) -> None:
    version = make_approved(draft.id, author, approver)
    with transaction():
        db.session.execute(attack(draft, version))  # type: ignore[call-overload]
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.VERSION_ALTERED
    assert ledger(draft.id) == {}


@pytest.mark.both_databases
def test_another_list_in_the_row_of_a_campaign_ends_its_approval(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    other = make_list("lyon", "Lyon")
    with transaction():
        values = {"mailing_list_id": other.id, "purpose_id": other.purpose_id}
        db.session.execute(update(Campaign).values(**values))
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.VERSION_ALTERED


def take_twin(campaign: Campaign, _version: CampaignVersion) -> object:
    mailing_list = get_list(campaign.mailing_list_id)
    twin = make_campaign(mailing_list, campaign.subject, campaign.body)
    theirs = ask_approval(twin.id, None)
    assert isinstance(theirs, CampaignVersion)
    is_ours = CampaignVersion.campaign_id == campaign.id
    return update(CampaignVersion).where(is_ours).values(content=theirs.content, hash=theirs.hash)


@pytest.mark.both_databases
def test_an_approval_that_only_the_database_has_launches_nothing(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_request(draft.id, author)
    approval = {"approved_by": approver.id, "approved_at": clock.now(), "approved_audience": 2}
    with transaction():
        db.session.execute(update(CampaignVersion).values(**approval))
        db.session.execute(update(Campaign).values(status=CampaignStatus.APPROVED))
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.VERSION_ALTERED
    assert ledger(draft.id) == {}


@pytest.mark.both_databases
@pytest.mark.parametrize("attack", [change_row, change_sender, take_twin])
def test_what_was_changed_in_the_database_is_not_approved(
    draft: Campaign, author: Organiser, approver: Organiser, attack: Attack
) -> None:
    version = make_request(draft.id, author)
    with transaction():
        db.session.execute(attack(draft, version))  # type: ignore[call-overload]
    assert approve_campaign(draft.id, approver.id) is ApprovalError.ALTERED


def add_list(campaign_id: int) -> None:
    """Give a campaign a further list, past the program."""
    lyon = make_list("lyon", "Lyon")
    row = {"mailing_list_id": lyon.id, "purpose_id": lyon.purpose_id, "position": 1}
    with transaction():
        db.session.execute(insert(CampaignList).values(campaign_id=campaign_id, **row))


def test_a_frozen_campaign_that_got_another_list_is_not_launched(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    add_list(draft.id)
    assert launch_campaign(draft.id) is LaunchError.VERSION_ALTERED


def test_a_launched_campaign_that_got_another_list_is_not_sent(draft: Campaign) -> None:
    assert isinstance(launch_ready(draft.id), Campaign)
    add_list(draft.id)
    assert send() == []
    assert reload(draft.id).problem == "version:"


@pytest.mark.both_databases
def test_a_language_that_vanished_from_the_tables_holds_the_campaign(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    write_in(draft, "en", "Saturday")
    hour = plan_approved(draft.id, author, approver)
    with transaction():
        db.session.execute(text("DELETE FROM campaign_text"))
    assert come_to(hour, draft.id).problem == "schedule: hold_version_altered"


def test_a_language_that_came_into_the_tables_holds_the_campaign(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    hour = plan_approved(draft.id, author, approver)
    words = {"subject": "Vote", "body": "Vote.", "updated_at": clock.now()}
    with transaction():
        db.session.add(
            LanguageText(campaign_id=draft.id, first_language="fr", language="en", **words)
        )
    assert come_to(hour, draft.id).problem == "schedule: hold_version_altered"
