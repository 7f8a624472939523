"""Preview, test, launch, pause, resume and cancel of a campaign."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from supporters import clock
from supporters.campaigns.models import Campaign
from supporters.database import transaction
from supporters.delivery.claims import claim_batch
from supporters.delivery.completion import record_problem
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.message.previews import TESTS_A_DAY
from supporters.delivery.progress import record_attempts
from supporters.delivery.rules import DeliveryStatus
from supporters.extensions import queue
from supporters.lists.queries import get_list
from supporters.mail.models import EmailKind
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.approvals import make_ready
from tests.factories.campaigns import DEFERRED, RecordingTransport, launch, ledger, reload
from tests.factories.consent.consent_log import delete_withdrawal_row
from tests.factories.consent.tampering import invent_subscriber
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, values_in
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Relay
from tests.web.console.pages import decide, emails, followed, post
from tests.web.public.pages import press


@made_once
def campaign(app: Flask) -> Campaign:
    """Return a draft to a list with two people."""
    mailing_list = make_list()
    make_subscriber("anna@example.org", mailing_list, given_name="Anna")
    make_subscriber("boris@example.org", mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "Bonjour {{ given_name | toi }}, **à samedi**.")
    make_ready(draft.id)
    return draft


def test_the_preview_shows_both_forms_and_no_reader(
    organiser_client: FlaskClient, page: str
) -> None:
    html = organiser_client.get(f"{page}/preview").text
    assert "Bonjour toi" in html
    assert "Anna" not in html
    assert f'src="{page}/preview.html"' in html
    assert "sandbox" in html


def test_the_framed_mail_can_run_nothing(organiser_client: FlaskClient, page: str) -> None:
    response = organiser_client.get(f"{page}/preview.html")
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert not {"allow-scripts", "allow-forms"} & set(policy.replace(";", " ").split())
    assert "frame-ancestors 'self'" in policy
    assert "<strong>à samedi</strong>" in response.text


def test_a_test_goes_to_the_organiser_alone(
    organiser_client: FlaskClient, page: str, relay: Relay
) -> None:
    post(organiser_client, f"{page}/test", email="anna@example.org")
    (email,) = emails(EmailKind.CAMPAIGN_TEST)
    assert "Samedi" in str(values_in(email)["subject"])
    queue.run_all()
    send_due_emails()
    assert [mail.recipient for mail in relay.mails][-1] == "org@parti.example"


def test_the_tests_of_a_day_end_with_words(organiser_client: FlaskClient, page: str) -> None:
    for _press in range(TESTS_A_DAY):
        post(organiser_client, f"{page}/test")
    html = followed(organiser_client, post(organiser_client, f"{page}/test"))
    assert f"Cette messagerie a reçu {TESTS_A_DAY} tests aujourd’hui" in html
    assert len(emails(EmailKind.CAMPAIGN_TEST)) == TESTS_A_DAY


def test_the_launch_page_and_another_number_launch_nothing(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    assert "2" in organiser_client.get(f"{page}/decision").text
    assert organiser_client.post(f"{page}/launch", data={"recipients": "2"}).status_code == 400
    for typed in ["", " ", "3", "two", "-2", "2 2", "0", "a\0", "9" * 500]:
        response = decide(organiser_client, page, "launch", recipients=typed)
        assert response.status_code == 422
        assert 'href="#recipients"' in response.text
        assert reload(campaign.id).status == "draft"


@pytest.mark.parametrize("typed", ["2", " 2 ", "2.", "\N{NARROW NO-BREAK SPACE}2"])
def test_the_number_launches_the_campaign(
    organiser_client: FlaskClient, campaign: Campaign, page: str, typed: str
) -> None:
    html = followed(organiser_client, decide(organiser_client, page, "launch", recipients=typed))
    assert 'data-active="true"' in html
    assert (reload(campaign.id).status, reload(campaign.id).audience) == ("running", 2)


def test_a_list_that_grew_meanwhile_is_agreed_to_again(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    organiser_client.get(f"{page}/decision")
    make_subscriber("chloe@example.org", get_list(campaign.mailing_list_id))
    response = decide(organiser_client, page, "launch", recipients="2")
    assert response.status_code == 422
    assert "3" in response.text
    assert ledger(campaign.id) == {}


def test_launching_twice_sends_once(
    organiser_client: FlaskClient, campaign: Campaign, page: str, relay: Relay
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    again = post(organiser_client, f"{page}/launch", recipients="2")
    assert "message-bad" in followed(organiser_client, again)
    send_here()
    assert sorted(ledger(campaign.id)) == ["anna@example.org", "boris@example.org"]
    assert reload(campaign.id).status == "sent"


def test_a_list_without_people_has_nobody_to_write_to(organiser_client: FlaskClient) -> None:
    empty = make_campaign(make_list())
    path = f"/console/campaigns/{empty.id}"
    html = organiser_client.get(f"{path}/decision").text
    assert 'name="recipients"' not in html
    assert f'"/console/lists/{empty.mailing_list_id}"' in html
    assert post(organiser_client, f"{path}/launch", recipients="0").status_code == 409
    assert reload(empty.id).status == "draft"


def test_a_campaign_is_paused_resumed_and_cancelled(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    statuses = []
    for move in ("pause", "resume", "pause"):
        post(organiser_client, f"{page}/{move}")
        statuses.append(str(reload(campaign.id).status))
    press(organiser_client, f"{page}/cancel")
    queue.run_all()
    send_due_emails()
    assert statuses == ["paused", "running", "paused"]
    assert reload(campaign.id).status == "cancelled"
    assert {*ledger(campaign.id).values()} == {"skipped"}


def test_asking_to_cancel_changes_nothing_yet_and_promises_nothing_that_a_worker_holds(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    assert "2" in organiser_client.get(f"{page}/cancel").text
    assert reload(campaign.id).status == "running"
    claim_batch(campaign.id, "a sender", now=clock.now())
    post(organiser_client, "/console/language/en")
    html = organiser_client.get(f"{page}/cancel").text
    assert "2 messages are leaving now" in html
    assert "Between 0 and 2 people will not get this message" in html


def test_a_draft_can_not_be_moved(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    for move in ("pause", "resume", "cancel"):
        html = followed(organiser_client, post(organiser_client, f"{page}/{move}"))
        assert "message-bad" in html
        assert reload(campaign.id).status == "draft"


def test_the_figures_are_renewed_alone(organiser_client: FlaskClient, page: str) -> None:
    assert 'data-active="false"' in organiser_client.get(f"{page}/progress").text
    decide(organiser_client, page, "launch", recipients="2")
    waiting = organiser_client.get(f"{page}/progress").text
    send_here()
    done = organiser_client.get(f"{page}/progress").text
    assert "<html" not in waiting
    assert ('data-active="true"' in waiting, 'data-percent="0"' in waiting) == (True, True)
    assert ('data-active="false"' in done, 'data-percent="100"' in done) == (True, True)


def test_the_page_tells_the_pace_the_end_and_the_minutes(
    organiser_client: FlaskClient, campaign: Campaign, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    assert "Les premiers messages partent dans quelques secondes" in organiser_client.get(page).text
    with transaction():
        record_attempts(campaign.id, {DeliveryStatus.ACCEPTED: 600}, clock.now())
    for path in (page, f"{page}/progress"):
        html = organiser_client.get(path).text
        assert "par seconde, fin prévue dans une minute environ" in html
        assert 'class="bar-accepted"' in html
        assert '<td class="numeric">600</td>' in html
        assert "style=" not in html


def test_a_campaign_that_has_not_begun_has_no_chart_and_half_a_minute_without_a_message_is_told(
    organiser_client: FlaskClient, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    assert "bar-accepted" not in organiser_client.get(page).text
    with time_machine.travel(clock.now() + timedelta(seconds=40)):
        assert "Rien n’est parti depuis une demi-minute" in organiser_client.get(page).text


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        ("421", "n’accepte pas de messages en ce moment (421,"),
        ("journal: no space left", "il ne peut plus écrire son journal d’envoi (no space left,"),
        ("ledger: 3 unsettled", "ne concordent pas (3 unsettled,"),
        ("content: HeaderUnsafe", "être transformée en message (HeaderUnsafe,"),
        ("contested: 5/900", "(5/900"),
    ],
)
def test_a_problem_is_told_for_what_it_is(
    organiser_client: FlaskClient, campaign: Campaign, page: str, problem: str, words: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    record_problem(campaign.id, problem)
    assert words in organiser_client.get(f"{page}/progress").text


def test_a_cancelled_campaign_is_active_until_the_rest_is_skipped(
    organiser_client: FlaskClient, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    press(organiser_client, f"{page}/cancel")
    html = organiser_client.get(f"{page}/progress").text
    assert ('data-active="true"' in html, "en train d’être annulés" in html) == (True, True)
    queue.run_all()
    send_due_emails()
    html = organiser_client.get(f"{page}/progress").text
    assert ('data-active="false"' in html, "en train d’être annulés" in html) == (True, False)


def test_what_is_only_tried_again_later_is_not_called_stuck(
    organiser_client: FlaskClient, page: str
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    send_here(RecordingTransport(lambda _: DEFERRED))
    with time_machine.travel(clock.now() + timedelta(minutes=2), tick=False):
        html = organiser_client.get(f"{page}/progress").text
    assert "Il ne reste que les messages à réessayer" in html


def test_nothing_is_launched_while_a_withdrawal_is_hidden(
    organiser_client: FlaskClient, page: str, campaign: Campaign
) -> None:
    delete_withdrawal_row()
    html = decide(organiser_client, page, "launch", recipients="2").text
    assert ("un retrait a été enlevé" in html, ledger(campaign.id)) == (True, {})


def test_a_campaign_that_was_paused_for_a_hidden_withdrawal_says_so(
    organiser_client: FlaskClient, page: str, campaign: Campaign
) -> None:
    decide(organiser_client, page, "launch", recipients="2")
    delete_withdrawal_row()
    assert claim_batch(campaign.id, "sender", now=clock.now()) is None
    assert "un retrait a été enlevé" in organiser_client.get(page).text


def test_the_page_of_a_campaign_says_how_many_it_left_out(organiser_client: FlaskClient) -> None:
    mailing_list = make_list("ligue", "La Ligue")
    make_subscriber("anna@example.org", mailing_list)
    invent_subscriber("invented@example.org", mailing_list)
    html = organiser_client.get(f"/console/campaigns/{launch(mailing_list)}").text
    assert "1 personne de la liste n’a pas de consentement valable" in html
