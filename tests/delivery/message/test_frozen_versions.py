"""Workers send the bytes that were approved, whatever became of templates, settings and rows."""

import dataclasses
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import delete, update

from supporters import clock, create_app
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.versions import (
    VersionAltered,
    find_newest_version,
    hash_of,
    list_altered_versions,
)
from supporters.database import db, transaction
from supporters.delivery.campaign_control import resume_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import launch_campaign
from supporters.delivery.message.frozen_campaign import freeze_campaign, read_frozen
from supporters.delivery.message.frozen_versions import get_frozen_to_send
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.delivery.message.previews import preview_campaign
from supporters.extensions import current_settings
from supporters.lists.models import Subscription
from supporters.lists.queries import get_list
from supporters.people.models import Subscriber
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_approved, make_approver
from tests.factories.campaigns import ANNA, BORIS, RecordingTransport, reload, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.faults.form import size
from tests.faults.synthetic_people import add_people
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Received

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

OTHER_TEMPLATE = "Autre modèle"
SUBJECT, BODY = "{{ given_name | Vous }}, samedi", "Bonjour {{ given_name | toi }} : jeudi."


@dataclasses.dataclass(frozen=True)
class Reader:
    """The values of a reader."""

    subscriber_id: int
    address: str
    given_name: str | None
    subscribed_at: datetime
    purpose_id: int
    language: str = "fr"


@made_once
def version() -> CampaignVersion:
    """Return the approved version of a campaign to two people."""
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list, given_name="Anna")
    make_subscriber(BORIS, mailing_list)
    campaign = make_campaign(mailing_list, SUBJECT, BODY)
    return make_approved(campaign.id, make_organiser(), make_approver())


@pytest.fixture
def standing_time() -> Iterator[None]:
    """Let the time stand still: the tokens of links carry the second of their email."""
    with time_machine.travel(clock.now(), tick=False):
        yield


def sent() -> list[tuple[str, bytes]]:
    """Send what is due; return the messages."""
    transport = RecordingTransport()
    send_here(transport)
    return transport.taken


def use_other_templates(app: Flask) -> None:
    """Let the program have other templates, as after an upgrade."""
    other = DictLoader({"mail/campaign/body.txt": OTHER_TEMPLATE})
    app.jinja_env.loader = ChoiceLoader([other, *filter(None, [app.jinja_env.loader])])
    if app.jinja_env.cache is not None:
        app.jinja_env.cache.clear()


def words_of(content: bytes) -> str:
    """Return the plain text of a message."""
    return Received("", "", content).part("plain")


def test_a_frozen_campaign_is_read_again_as_it_was(version: CampaignVersion) -> None:
    assert read_frozen(version.content).serialise() == version.content
    assert hash_of(version.content) == version.hash


def test_the_hash_depends_on_no_key(version: CampaignVersion) -> None:
    settings = current_settings()
    rotated = dataclasses.replace(settings, secret_keys=("x" * 40, *settings.secret_keys))
    with create_app(rotated).app_context():
        campaign = db.session.get_one(Campaign, version.campaign_id)
        again = freeze_campaign(campaign, get_list(campaign.mailing_list_id)).serialise()
        db.session.remove()
        db.engine.dispose()
    assert hash_of(again) == version.hash


@pytest.mark.usefixtures("standing_time")
def test_every_email_is_the_approved_version_with_its_values(version: CampaignVersion) -> None:
    launch_campaign(version.campaign_id)
    messages = dict(sent())
    assert {*messages} == {ANNA, BORIS}
    frozen = read_frozen(version.content)
    written = CompiledMessage(frozen)
    for address, content in messages.items():
        person = subscriber_at(address)
        sent_at = Received("", "", content).message["Date"].datetime
        reader = Reader(person.id, address, person.given_name, clock.now(), frozen.purpose_id)
        assert written.write(reader, sent_at=sent_at).content == content


@pytest.mark.both_databases
@pytest.mark.usefixtures("standing_time")
def test_every_email_of_a_large_campaign_is_the_approved_version() -> None:
    mailing_list = make_list()
    people = size(60, 10_000)
    add_people(mailing_list, (f"p{number}@example.org" for number in range(people)))
    campaign = make_campaign(mailing_list, SUBJECT, BODY)
    version = make_approved(campaign.id, make_organiser(), make_approver())
    launch_campaign(campaign.id)
    written = CompiledMessage(read_frozen(version.content))
    rows = db.session.execute(
        db.select(
            *(Subscriber.id, Subscriber.address, Subscriber.given_name),
            *(Subscription.subscribed_at, Subscription.purpose_id),
        ).join(Subscription, Subscription.subscriber_id == Subscriber.id)
    ).all()
    readers = {row.address: Reader(*row) for row in rows}
    messages = dict(sent())
    moments = {address: Received("", "", raw).message["Date"] for address, raw in messages.items()}
    assert len(messages) == people
    assert messages == {
        address: written.write(readers[address], sent_at=moment.datetime).content
        for address, moment in moments.items()
    }


@pytest.mark.both_databases
def test_a_change_of_templates_settings_and_rows_changes_nothing_that_leaves(
    app: Flask, version: CampaignVersion
) -> None:
    launch_campaign(version.campaign_id)
    use_other_templates(app)
    mailing_list = get_list(reload(version.campaign_id).mailing_list_id)
    with transaction():
        db.session.execute(update(Campaign).values(subject="Autre", body="Autre."))
        mailing_list.name = "Autre liste"
    assert preview_campaign(make_campaign(mailing_list)).text == OTHER_TEMPLATE
    texts = [words_of(content) for _address, content in sent()]
    assert [("jeudi" in text, "Autre" in text) for text in texts] == [(True, False)] * 2


@pytest.mark.parametrize("with_hash", [False, True])
def test_altered_bytes_are_not_sent_and_pause_the_campaign(
    version: CampaignVersion, *, with_hash: bool
) -> None:
    launch_campaign(version.campaign_id)
    other = version.content.replace("jeudi", "lundi")
    values = {"content": other, **({"hash": hash_of(other)} if with_hash else {})}
    with transaction():
        db.session.execute(update(CampaignVersion).values(**values))
    assert sent() == []
    campaign = reload(version.campaign_id)
    assert (campaign.status, campaign.problem) == ("paused", "version:")
    assert [version_id for version_id, _ in list_altered_versions()] == [version.id]
    resume_campaign(version.campaign_id)
    assert sent() == []
    assert reload(version.campaign_id).status == "paused"


def test_the_version_of_another_launched_campaign_is_not_sent(version: CampaignVersion) -> None:
    mailing_list = get_list(reload(version.campaign_id).mailing_list_id)
    other = make_campaign(mailing_list, SUBJECT, "Pour d’autres.")
    assert isinstance(launch_ready(other.id), Campaign)
    launch_campaign(version.campaign_id)
    found = find_newest_version(other.id)
    assert found is not None
    swapped = {"content": found.content, "hash": found.hash}
    with transaction():
        theirs = CampaignVersion.campaign_id == version.campaign_id
        db.session.execute(update(CampaignVersion).where(theirs).values(**swapped))
    with transaction(), pytest.raises(VersionAltered):
        get_frozen_to_send(version.campaign_id)


@pytest.mark.both_databases
def test_a_version_that_was_deleted_is_not_replaced(version: CampaignVersion) -> None:
    campaign_id = version.campaign_id
    launch_campaign(campaign_id)
    with transaction():
        db.session.execute(delete(CampaignVersion))
        db.session.execute(update(Campaign).values(body="Autre."))
    assert sent() == []
    assert reload(campaign_id).status == "paused"


def test_intact_versions_are_found_intact(version: CampaignVersion) -> None:
    launch_campaign(version.campaign_id)
    assert [*list_altered_versions()] == []


def test_a_draft_has_nothing_to_send() -> None:
    draft = make_campaign(make_list())
    with transaction(), pytest.raises(VersionAltered):
        get_frozen_to_send(draft.id)
