"""Looking at a campaign before it is sent: nobody but the organiser gets anything."""

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func

from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.delivery.testing import preview_campaign, send_test
from supporters.extensions import current_tokens, queue
from supporters.lists.models import Subscription
from supporters.tokens import Purpose
from tests.builders import make_campaign, make_list, make_subscriber
from tests.campaigning import ANNA
from tests.markup import Markup
from tests.relay import Relay

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

ORGANISER = "org@parti.example"
BODY = "Bonjour {{ given_name | à vous }}, [lisez la suite](https://parti.example/suite)."


def rows(model: type) -> int:
    """Return how many rows a table has."""
    return db.session.scalar(db.select(func.count()).select_from(model)) or 0


def test_a_preview_shows_the_mail_of_a_reader() -> None:
    content = preview_campaign(make_campaign(make_list(), body=BODY), given_name="Anna")
    assert "Bonjour Anna, lisez la suite (https://parti.example/suite)." in content.text
    assert "Bonjour à vous" in preview_campaign(make_campaign(make_list("b"), body=BODY)).text


def test_the_leave_link_of_a_preview_leads_to_nobody(client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    url = preview_campaign(make_campaign(mailing_list)).leave_url
    token = url.rpartition("/")[2]
    assert current_tokens().read(Purpose.LEAVE, token)[0] == 0
    for form in ({"List-Unsubscribe": "One-Click"}, {"leave": "all"}):
        assert client.post(urlsplit(url).path, data=form).status_code == 200
    assert rows(Subscription) == 1


def test_a_test_mail_goes_to_the_organiser_only(relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    queue.run_all()
    relay.reset()
    send_test(make_campaign(mailing_list, body=BODY), ORGANISER)
    queue.run_all()
    assert [mail.recipient for mail in relay.mails] == [ORGANISER]
    assert rows(Delivery) == 0


def test_a_test_mail_is_the_campaign_and_says_that_it_is_a_test(relay: Relay) -> None:
    campaign = make_campaign(make_list(), subject="Réunion : demain", body=BODY)
    send_test(campaign, ORGANISER)
    queue.run_all()
    (mail,) = relay.mails
    assert mail.message["Subject"].endswith("Réunion : demain")
    assert mail.message["Subject"] != "Réunion : demain"
    assert "Bonjour à vous" in mail.part("plain")
    assert "https://parti.example/suite" in Markup(mail.part("html")).links
    assert mail.message["List-Unsubscribe"] is None
