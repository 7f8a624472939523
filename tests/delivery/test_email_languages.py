"""Each reader gets the text in their language, and one without a language of it the first one."""

import dataclasses
import json
from email import message_from_bytes, policy

import pytest
from flask import Flask
from sqlalchemy import text

from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.versions import find_newest_version
from supporters.config import Settings
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.message.email_languages import count_readers
from supporters.delivery.message.frozen_campaign import read_frozen
from supporters.delivery.message.frozen_versions import get_frozen_to_send
from supporters.delivery.queries import subject_for
from supporters.lists.queries import get_list
from supporters.settings.language_settings import LanguageSettings
from supporters.text.text_direction import isolate
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import (
    ACCEPTED,
    DEFERRED,
    RecordingTransport,
    delivery_to,
    launch_to_addresses,
    make_due,
    reload,
    subscriber_at,
)
from tests.factories.drafts import make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once

pytestmark = pytest.mark.usefixtures("app")

LANGUAGES = ("fr", "en", "de", "es", "it")
SUBJECTS = {"fr": "Samedi", "en": "Saturday", "de": "Samstag"}
LEAVE = {"fr": "Se désinscrire", "en": "Unsubscribe", "de": "abmelden"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return the settings of a party that offers all languages."""
    return dataclasses.replace(settings, languages=LanguageSettings(LANGUAGES))


@made_once
def draft(app: Flask) -> Campaign:
    """Return a draft in three languages to one person of each language of this program."""
    mailing_list = make_list()
    for each in LANGUAGES:
        make_subscriber(f"{each}@example.org", mailing_list)
    with transaction():
        for each in LANGUAGES:
            subscriber_at(f"{each}@example.org").language = each
    campaign = make_campaign(mailing_list, SUBJECTS["fr"], "Bonjour.")
    write_in(campaign, "en", SUBJECTS["en"], "Hello.")
    write_in(campaign, "de", SUBJECTS["de"], "Guten Tag.")
    return campaign


def language_of(address: str) -> str:
    """Return the language of the text that a person must get."""
    language = address.partition("@")[0]
    return language if language in SUBJECTS else "fr"


def test_each_reader_gets_the_text_in_their_language(draft: Campaign) -> None:
    launch_ready(draft.id)
    transport = RecordingTransport()
    send_here(transport)

    faults = []
    for address, content in transport.taken:
        message = message_from_bytes(content, policy=policy.default)
        language = language_of(address)
        body = message.get_body(("html",))
        html = "" if body is None else body.get_content()
        stored = delivery_to(draft.id, address).language
        why = f"/{language}/why/"
        for is_right in (
            message["Subject"] == SUBJECTS[language],
            f'lang="{language}"' in html,
            LEAVE[language] in html,
            why in html,
            stored == (None if language == "fr" else language),
        ):
            faults += [(address, message["Subject"], stored)] * (not is_right)
    assert len(transport.taken) == len(LANGUAGES)
    assert not faults


def test_language_is_chosen_when_the_email_leaves(draft: Campaign) -> None:
    launch_ready(draft.id)
    send_here(RecordingTransport(lambda to: DEFERRED if to.startswith("en") else ACCEPTED))
    first = delivery_to(draft.id, "en@example.org").language
    with transaction():
        subscriber_at("en@example.org").language = "de"
    make_due(draft.id)

    transport = RecordingTransport()
    send_here(transport)

    assert first == "en"
    assert delivery_to(draft.id, "en@example.org").language == "de"
    assert b"Samstag" in transport.taken[0][1]


def test_my_data_name_the_subject_that_the_person_got(draft: Campaign) -> None:
    """The rows of today may say something else, after a repair of the database for example."""
    launch_ready(draft.id)
    send_here(RecordingTransport())
    with transaction():
        db.session.execute(text("UPDATE campaign SET subject = 'Today'"))
        db.session.execute(text("UPDATE campaign_text SET subject = 'Today'"))

    assert name_subjects(draft) == {each: SUBJECTS[language_of(f"{each}@")] for each in LANGUAGES}


def test_subject_of_an_email_has_the_name_that_its_list_had(app: Flask) -> None:
    launched = launch_to_addresses("fr@example.org", subject="{{list_name}} to {{given_name|you}}")
    with transaction():
        mailing_list = get_list(reload(launched).mailing_list_id)
        before, mailing_list.name = mailing_list.name, "Renamed"

    subject = subject_for(reload(launched), "Ada", delivery_to(launched, "fr@example.org"))

    assert subject == f"{isolate(before)} to {isolate('Ada')}"


def test_subject_is_named_although_the_frozen_version_is_damaged(draft: Campaign) -> None:
    launch_ready(draft.id)
    with transaction():
        db.session.execute(text("UPDATE campaign_version SET content = 'damaged'"))

    assert name_subjects(draft) == dict.fromkeys(LANGUAGES, SUBJECTS["fr"])


def name_subjects(draft: Campaign) -> dict[str, str]:
    """Return the subject that each reader's data name, by their language."""
    return {
        each: subject_for(reload(draft.id), None, delivery_to(draft.id, f"{each}@example.org"))
        for each in LANGUAGES
    }


def test_readers_are_counted_by_language_before_anybody_asks(draft: Campaign) -> None:
    assert count_readers(draft) == dict.fromkeys(LANGUAGES, 1)


def test_campaign_in_one_language_freezes_to_the_format_of_earlier_programs() -> None:
    launched = launch_to_addresses("fr@example.org", "de@example.org")
    content = json.loads(version_of(launched).content)

    assert content["format"] == 1
    assert "others" not in content
    assert count_readers(reload(launched)) == {}


def test_version_of_an_earlier_program_is_sent_as_it_is() -> None:
    launched = launch_to_addresses("fr@example.org", "de@example.org")
    with transaction():
        frozen = get_frozen_to_send(launched)
    transport = RecordingTransport()
    send_here(transport)

    assert frozen.others == ()
    assert frozen.in_language("de") is frozen
    assert len(transport.taken) == 2
    assert {delivery_to(launched, each).language for each in transport.recipients} == {None}


def test_version_in_several_languages_is_read_as_it_was_frozen(draft: Campaign) -> None:
    launch_ready(draft.id)
    content = version_of(draft.id).content
    frozen = read_frozen(content)

    assert [each.language for each in frozen.in_languages] == ["fr", "de", "en"]
    assert frozen.in_language("en").source.subject == "Saturday"
    assert frozen.serialise() == content


def test_version_of_a_later_program_is_refused() -> None:
    content = json.loads(version_of(launch_to_addresses("fr@example.org")).content)

    with pytest.raises(ValueError, match="format 3"):
        read_frozen(json.dumps({**content, "format": 3}))


def version_of(campaign_id: int) -> CampaignVersion:
    """Return the version that a campaign was launched with."""
    version = find_newest_version(campaign_id)
    assert version is not None
    return version
