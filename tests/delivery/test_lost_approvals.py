"""An approval lasts while its account could give it and the fingerprint of its message stays."""

import dataclasses
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import update

from supporters import create_app
from supporters.accounts.models import Organiser, RoleName
from supporters.campaigns.drafts import CampaignDraft, DraftError, edit_campaign
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.delivery.approval import (
    ApprovalError,
    MessageChanged,
    ReadVersion,
    approve_campaign,
    withdraw_request,
)
from supporters.delivery.launch import LaunchError, LaunchRefusal, check_audience, launch_campaign
from supporters.delivery.message.frozen_versions import find_fingerprint, freeze_version
from supporters.lists.queries import get_list
from supporters.team.accounts import disable_organiser, revoke_right
from supporters.team.list_scopes import limit_organiser
from tests.factories.approvals import (
    allow_alone,
    make_approved,
    make_approver,
    make_ready,
    make_request,
    record_test,
)
from tests.factories.campaigns import ANNA, ledger, reload
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.threads import in_threads

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


@made_once
def campaign() -> Campaign:
    """Return a draft to one person."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    return make_campaign(mailing_list, "Samedi", "Bonjour {{ given_name | toi }}.")


def fingerprint(campaign: Campaign) -> str:
    """Return the fingerprint of a campaign as it is stored now."""
    stored = reload(campaign.id)
    found = find_fingerprint(stored, get_list(stored.mailing_list_id))
    assert found is not None
    return found


def draft_of(campaign: Campaign) -> CampaignDraft:
    """Return the organiser's input of a draft."""
    return CampaignDraft(
        mailing_list_id=campaign.mailing_list_id,
        purpose_id=campaign.purpose_id,
        language=campaign.language,
        subject=campaign.subject,
        body=campaign.body,
    )


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


@pytest.mark.both_databases
def test_an_approval_whose_account_is_gone_is_not_that_of_a_command(
    draft: Campaign, author: Organiser, approver: Organiser
) -> None:
    make_approved(draft.id, author, approver)
    allow_alone(2)
    with transaction():
        db.session.execute(update(CampaignVersion).values(approved_by=None))
    assert launch_campaign(draft.id, by_id=author.id) is LaunchError.NOT_APPROVED
    assert ledger(draft.id) == {}


def test_people_who_join_during_a_launch_count_for_the_limit_of_one_person(draft: Campaign) -> None:
    allow_alone(2)
    record_test(draft.id)
    campaign = reload(draft.id)
    with transaction():
        version = freeze_version(campaign, None)
        with pytest.raises(LaunchRefusal) as refused:
            check_audience(campaign, version, 3, is_alone=True)
    assert refused.value.outcome is LaunchError.NOT_APPROVED


def test_the_same_message_has_the_same_fingerprint(campaign: Campaign) -> None:
    before = fingerprint(campaign)
    edit_campaign(campaign.id, draft_of(campaign))
    assert fingerprint(campaign) == before


@pytest.mark.both_databases
def test_every_part_of_a_draft_changes_it(campaign: Campaign) -> None:
    draft, other = draft_of(campaign), make_list("lyon", "Lyon")
    changed = change_meaning(get_list(campaign.mailing_list_id))
    seen = {fingerprint(campaign)}
    for changes in (
        {"subject": "Dimanche"},
        {"body": "Bonjour {{ given_name | vous }}."},
        {"language": "en"},
        {"purpose_id": changed.id},
        {"mailing_list_id": other.id, "purpose_id": other.purpose_id},
    ):
        edit_campaign(campaign.id, replace(draft, **changes))
        seen.add(fingerprint(campaign))
    assert len(seen) == 6


def test_a_setting_that_stands_in_every_email_changes_it(
    campaign: Campaign, settings: Settings
) -> None:
    before = fingerprint(campaign)
    renamed = dataclasses.replace(settings, party_name="Un autre parti")
    with create_app(renamed).app_context():
        stored = db.session.get_one(Campaign, campaign.id)
        after = find_fingerprint(stored, get_list(stored.mailing_list_id))
        db.session.remove()
        db.engine.dispose()
    assert after not in {before, None}


def test_a_faulty_draft_has_none(campaign: Campaign) -> None:
    edit_campaign(campaign.id, replace(draft_of(campaign), body="{{ prenom }}"))
    assert find_fingerprint(reload(campaign.id), get_list(campaign.mailing_list_id)) is None


@pytest.mark.both_databases
def test_launching_and_rewriting_at_once_never_sends_what_was_not_read(
    app: Flask, campaign: Campaign
) -> None:
    make_ready(campaign.id)
    read, other = fingerprint(campaign), replace(draft_of(campaign), body="Autre.")
    launched, edited = in_threads(
        app,
        [
            lambda: launch_campaign(campaign.id, read=ReadVersion(fingerprint=read)),
            lambda: edit_campaign(campaign.id, other),
        ],
    )
    stored = reload(campaign.id)
    if isinstance(launched, MessageChanged):
        assert (stored.status, stored.body) == ("draft", "Autre.")
    else:
        assert edited is DraftError.NOT_A_DRAFT
        assert (stored.status, stored.body) == ("running", campaign.body)
