"""Tests to several colleagues at once: who got which version, and who got none."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.accounts.models import Organiser, RoleName
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import CampaignTest
from supporters.database import db, transaction
from supporters.delivery.message.previews import TESTS_A_DAY, TESTS_SENT_A_DAY
from supporters.extensions import queue
from supporters.ids import new_id
from supporters.lists.queries import get_list
from supporters.mail.outbox_sender import send_due_emails
from supporters.team.list_scopes import limit_organiser
from tests.factories.accounts import make_account, make_dpo, make_organiser, sign_in
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import reload
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import begins_with
from tests.servers.relay import Relay
from tests.web.console.pages import decide, followed, post
from tests.web.public.pages import press

Team = tuple[int, int, int, int]


def add_team(_app: Flask) -> Team:
    """Make a draft and four accounts, one of which doesn't see its list; return the ids."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "Bonjour {{ given_name | à vous }}.")
    author, officer = make_organiser(), make_dpo()
    limited = make_account("limited@parti.example", RoleName.ORGANISER)
    limit_organiser(limited.id, [])
    return draft.id, author.id, officer.id, limited.id


pytestmark = begins_with(add_team)


@pytest.fixture
def page(prepared: Team) -> str:
    """Return the URL of the campaign."""
    return f"/console/campaigns/{prepared[0]}"


@pytest.fixture
def author(app: Flask, prepared: Team) -> FlaskClient:
    """Return the browser of the author."""
    return sign_in(app, db.session.get_one(Organiser, prepared[1]))


def send(client: FlaskClient, page: str, *accounts: int, **more: str) -> str:
    """Send a test to accounts, and return the next page."""
    fields = {"to": [str(each) for each in accounts], **more}
    return followed(client, post(client, f"{page}/tests", **fields))  # type: ignore[arg-type]


def test_a_test_goes_to_several_colleagues_at_once_and_says_who_sent_it(
    author: FlaskClient, page: str, prepared: Team, relay: Relay
) -> None:
    html = author.get(f"{page}/decision").text
    assert re.findall(r'<input checked[^>]* name="to"[^>]* value="(\d+)"', html) == [
        str(prepared[1])  # oneself
    ]
    assert "limited@" not in html
    queue.run_all()
    send_due_emails()
    relay.reset()
    html = send(author, page, *prepared[1:3], with_name="y")
    assert "org@parti.example, dpo@parti.example" in html
    queue.run_all()
    send_due_emails()
    assert {mail.recipient for mail in relay.mails} == {"org@parti.example", "dpo@parti.example"}
    for mail in relay.mails:
        assert mail.message["Subject"] == "[Test] Samedi"
        assert "envoyé par org@parti.example" in mail.part("plain")
        assert "envoyé par org@parti.example" in mail.part("html")
        assert "Bonjour Camille." in mail.part("plain")


def test_the_editor_sends_a_test_and_leads_to_the_page_that_decides(
    author: FlaskClient, page: str, prepared: Team
) -> None:
    list_id = str(reload(prepared[0]).mailing_list_id)
    typed = {"mailing_list_id": list_id, "language": "fr", "subject": "Dimanche", "body": "Venez."}
    html = followed(author, press(author, f"{page}/edit", **typed, then="test"))
    assert ("Test envoyé à org@parti.example" in html, "Cette version" in html) == (True, True)
    assert db.session.scalars(select(CampaignTest.sent_by)).all() == [prepared[1]]


def test_the_pages_say_who_got_which_version(
    author: FlaskClient, page: str, prepared: Team
) -> None:
    send(author, page, *prepared[1:3])
    campaign = reload(prepared[0])
    draft = CampaignDraft(
        mailing_list_id=campaign.mailing_list_id, language="fr", subject="Samedi", body="Autre."
    )
    edit_campaign(campaign.id, draft)
    html = author.get(f"{page}/decision").text
    assert (html.count("Une version antérieure"), "Manque" in html) == (2, True)
    send(author, page, prepared[2])
    html = author.get(f"{page}/decision").text
    assert (html.count("Une version antérieure"), html.count("Cette version")) == (1, 1)
    assert "envoyé par org@parti.example" in html
    decide(author, page, "ask")
    assert "Cette version" in author.get(f"{page}/decision").text


def test_a_refused_test_names_its_colleague_and_the_others_get_theirs(
    author: FlaskClient, page: str, prepared: Team
) -> None:
    assert "message-bad" in send(author, page)
    assert "message-bad" in send(author, page, prepared[3])
    for _press in range(TESTS_A_DAY):
        send(author, page, prepared[2])
    html = send(author, page, *prepared[1:3])
    assert (
        f"Pas de test pour dpo@parti.example\u202f: Cette messagerie a reçu {TESTS_A_DAY}" in html
    )
    assert "Test envoyé à org@parti.example" in html


def test_an_account_sends_only_so_many_tests_a_day(
    author: FlaskClient, page: str, prepared: Team
) -> None:
    send(author, page, *prepared[1:3])
    with transaction():
        for account in db.session.scalars(db.select(Organiser)):
            account.tests = 0
    with transaction():
        first = db.session.scalars(db.select(CampaignTest)).first()
        assert first is not None
        db.session.add_all(
            CampaignTest(
                id=new_id(first.sent_at),
                campaign_id=first.campaign_id,
                hash=first.hash,
                sent_by=prepared[1],
                sent_at=first.sent_at,
            )
            for _ in range(TESTS_SENT_A_DAY - 3)
        )
    html = send(author, page, *prepared[1:3])
    assert f"Vous avez envoyé {TESTS_SENT_A_DAY} tests" in html
    assert html.count("Pas de test pour") == 1


def test_a_draft_with_mistakes_or_a_launched_campaign_is_not_tested(
    author: FlaskClient, page: str, prepared: Team
) -> None:
    faulty = make_campaign(get_list(reload(prepared[0]).mailing_list_id), "", "")
    answer = post(author, f"/console/campaigns/{faulty.id}/tests")
    assert str(answer.location).endswith(f"{faulty.id}/edit")
    launch_ready(prepared[0])
    assert post(author, f"{page}/tests").location == page
    assert author.get(f"{page}/decision").location == page
