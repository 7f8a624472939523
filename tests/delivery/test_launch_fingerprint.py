"""The fingerprint of a message changes with each change of its content, and only then."""

import dataclasses
from dataclasses import replace

import pytest
from flask import Flask

from supporters import create_app
from supporters.campaigns.drafts import CampaignDraft, DraftError, edit_campaign
from supporters.campaigns.models import Campaign
from supporters.config import Settings
from supporters.database import db
from supporters.delivery.approval import MessageChanged
from supporters.delivery.launch import launch_campaign
from supporters.delivery.message.frozen_versions import find_fingerprint
from supporters.lists.queries import get_list
from tests.factories.approvals import make_ready
from tests.factories.campaigns import ANNA, reload
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
            lambda: launch_campaign(campaign.id, read_fingerprint=read),
            lambda: edit_campaign(campaign.id, other),
        ],
    )
    stored = reload(campaign.id)
    if isinstance(launched, MessageChanged):
        assert (stored.status, stored.body) == ("draft", "Autre.")
    else:
        assert edited is DraftError.NOT_A_DRAFT
        assert (stored.status, stored.body) == ("running", campaign.body)
