"""The reason of a skipped delivery, on the person's page, in the evidence and in My data."""

from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from supporters import clock
from supporters.consent.models import Method
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.database import transaction
from supporters.delivery.campaign_control import cancel_campaign, pause_campaign
from supporters.delivery.claims import release_claims
from supporters.delivery.progress import get_progress
from supporters.extensions import queue
from supporters.lists.subscriptions import unsubscribe_from_every_list
from supporters.people.models import Subscriber
from supporters.people.queries import lock_subscriber
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    claim,
    delivery_to,
    launch_to_addresses,
    subscriber_at,
)
from tests.factories.my_data import MY_DATA, open_my_data
from tests.web.console.pages import open_person, speak_english
from tests.web.public.pages import press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]

NOT_SENT = "Non envoyé\N{NARROW NO-BREAK SPACE}: "


def cancelled() -> int:
    """Return a campaign that was cancelled before any message left."""
    campaign_id = launch_to_addresses(ANNA, BORIS)
    cancel_campaign(campaign_id)
    queue.run_all()
    return campaign_id


def words_at(client: FlaskClient, someone: Subscriber) -> str:
    """Return the page of a person in the console."""
    return unescape(client.get(open_person(client, someone.id)).text)


@pytest.mark.both_databases
def test_a_cancelled_campaign_is_told_as_cancelled_at_the_person(owner_client: FlaskClient) -> None:
    cancelled()
    page = words_at(owner_client, subscriber_at(ANNA))
    assert f"{NOT_SENT}nous avons annulé cette campagne" in page
    assert "désinscription" not in page.partition("Messages envoyés")[2]
    speak_english(owner_client)
    assert "Not sent: we cancelled this campaign" in words_at(owner_client, subscriber_at(ANNA))


def restrict(someone: Subscriber) -> None:
    """Restrict somebody's data."""
    with transaction():
        locked = lock_subscriber(someone.id)
        assert locked is not None
        locked.restricted_at = clock.now()


def pause(someone: Subscriber) -> None:
    """Pause somebody's messages."""
    with transaction():
        locked = lock_subscriber(someone.id)
        assert locked is not None
        locked.paused_until = clock.now().replace(year=2099)


def object_to_all(someone: Subscriber) -> None:
    """Suppress somebody's address and keep their subscription."""
    with transaction():
        suppress(someone.address_mac, EVERYTHING, now=clock.now(), until=None)


def leave(someone: Subscriber) -> None:
    """Unsubscribe somebody."""
    unsubscribe_from_every_list(someone.id, Method.PAGE)


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (leave, f"{NOT_SENT}désinscription"),
        (pause, f"{NOT_SENT}pause"),
        (restrict, f"{NOT_SENT}données limitées"),
        (object_to_all, f"{NOT_SENT}opposition"),
    ],
)
def test_other_causes_are_told_apart(
    officer_client: FlaskClient, act: Callable[[Subscriber], None], words: str
) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    act(subscriber_at(ANNA))
    claim(campaign_id)
    assert delivery_to(campaign_id, ANNA).status == "skipped"
    assert words in words_at(officer_client, subscriber_at(ANNA))


def test_the_evidence_pack_says_so_too_and_nothing_raw(owner_client: FlaskClient) -> None:
    cancelled()
    page = f"/console/people/{subscriber_at(ANNA).id}/evidence"
    shown = press(owner_client, page, reason="Une plainte")
    pack = unescape(owner_client.get(str(shown.location)).text)
    assert f"{NOT_SENT}nous avons annulé cette campagne" in pack
    assert "(cancelled)" not in pack


def test_my_data_says_so_too(client: FlaskClient) -> None:
    cancelled()
    open_my_data(client, ANNA)
    page = unescape(client.get(f"{MY_DATA}/everything").text)
    assert f"{NOT_SENT}nous avons annulé cette campagne" in page
    assert "cancelled" not in page


def test_a_cancelled_campaign_is_not_a_hundred_percent(owner_client: FlaskClient) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    unsubscribe_from_every_list(subscriber_at(CHLOE).id, Method.PAGE)
    claim(campaign_id, "a sender")
    release_claims("a sender")
    cancel_campaign(campaign_id)
    queue.run_all()
    page = unescape(owner_client.get(f"/console/campaigns/{campaign_id}").text)
    assert 'data-percent="33"' in page
    assert get_progress(campaign_id).cancelled == 2
    assert "Annulé par nous" in page


@pytest.mark.parametrize("is_paused", [False, True])
def test_the_page_that_asks_before_cancelling_promises_no_number_that_may_be_wrong(
    owner_client: FlaskClient, is_paused: bool
) -> None:
    speak_english(owner_client)
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    claim(campaign_id)
    if is_paused:
        pause_campaign(campaign_id)
    page = unescape(owner_client.get(f"/console/campaigns/{campaign_id}/cancel").text)
    assert "Between 0 and 3 people will not get this message" in page
    assert "Cancel the campaign" in page


def test_paused_with_nothing_on_its_way_the_number_is_exact(owner_client: FlaskClient) -> None:
    speak_english(owner_client)
    campaign_id = launch_to_addresses(ANNA, BORIS)
    pause_campaign(campaign_id)
    page = unescape(owner_client.get(f"/console/campaigns/{campaign_id}/cancel").text)
    assert "2 people don’t have this message yet and will not get it" in page
