"""Each email says who writes and how to unsubscribe; a preview goes to the organiser alone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from flask.testing import FlaskClient

from supporters import clock
from supporters.accounts.models import Organiser, RoleName
from supporters.consent.suppression import EVERYTHING, suppress
from supporters.crypto.tokens import TokenPurpose
from supporters.database import transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.message.previews import (
    TESTS_A_DAY,
    SendTestError,
    preview_campaign,
    send_test,
)
from supporters.delivery.models import Delivery
from supporters.extensions import current_settings, current_tokens, queue
from supporters.lists.models import Subscription
from supporters.mail.outbox_sender import send_due_emails
from supporters.people.addresses import address_mac
from supporters.team.team_invitations import (
    TeamInvitation,
    accept_team_invitation,
    invite_organiser,
    printed_link_of,
)
from tests.factories.accounts import PASSWORD, make_organiser
from tests.factories.campaigns import ANNA, RecordingTransport, launch, subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber
from tests.markup import Markup
from tests.servers.relay import Received, Relay
from tests.web.console.pages import reset_path
from tests.web.public.pages import press

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
ORGANISER = "org@parti.example"
BODY = "Bonjour {{ given_name | à vous }}, [lisez la suite](https://parti.example/suite)."


def mail_to_anna(
    body: str, subject: str = "Des nouvelles", given_name: str | None = "Anna"
) -> Received:
    """Return one reader's message in the relay's form."""
    mailing_list = make_list(name="La Lettre d’Été")
    make_subscriber(ANNA, mailing_list, given_name=given_name)
    transport = RecordingTransport()
    launch(mailing_list, subject, body)
    send_here(transport)
    ((recipient, raw),) = transport.taken
    return Received("", recipient, raw)


@pytest.fixture
def organiser() -> Organiser:
    """Return an organiser who followed the link of their invitation."""
    return make_organiser(ORGANISER)


def test_both_parts_say_who_writes_and_why_and_how_to_unsubscribe() -> None:
    mail = mail_to_anna("Bonjour.")
    url = str(mail.message["List-Unsubscribe"]).strip("<>")
    party = current_settings().party_name
    for words in (mail.part("plain"), Markup(mail.part("html")).words):
        flowed = " ".join(words.split())
        assert all(each in flowed for each in (party, "La Lettre d’Été", "202"))
    assert url in mail.part("plain")
    assert url in Markup(mail.part("html")).links


def test_both_parts_have_the_same_links_and_nothing_to_load() -> None:
    mail = mail_to_anna("[Un](https://a.fr/?a=1&b=2), <https://b.fr>\n\n- [deux](https://c.fr)")
    read = Markup(mail.part("html"))
    assert {each for each in read.links if each in mail.part("plain")} == read.links
    # Three of the text, and to leave, to why, to the check of an email, to My data, to sign up.
    assert len(read.links) == 9
    assert read.sources == set()


def test_a_friend_who_gets_it_forwarded_signs_up_by_a_page_that_knows_no_reader() -> None:
    make_list("agir", "Agir")
    mail = mail_to_anna("Bonjour.")
    pages = {
        "http://localhost/fr/join/national?from=email-1",
        "http://localhost/fr/my-data",
        "http://localhost/fr/",
    }
    assert pages <= Markup(mail.part("html")).links  # the source names the campaign, no reader
    assert pages <= {*mail.part("plain").split()}


def test_the_unsubscribe_link_is_the_readers_own() -> None:
    mail = mail_to_anna("Bonjour.")
    token = str(mail.message["List-Unsubscribe"]).strip("<>").rpartition("/")[2]
    assert current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)[0] == subscriber_at(ANNA).id


def test_both_parts_link_to_why_this_reader_got_it() -> None:
    mail = mail_to_anna("Bonjour.")
    (url,) = {each for each in Markup(mail.part("html")).links if "/why/" in each}
    assert url.startswith("http://localhost/fr/why/")
    assert url in mail.part("plain")
    payload = current_tokens().read(TokenPurpose.WHY, url.rpartition("/")[2])
    assert payload[0] == subscriber_at(ANNA).id


def test_fields_are_filled_in_the_subject_and_both_parts() -> None:
    mail = mail_to_anna(
        "À vous, {{ given_name | ami }} !", subject="{{ given_name | Vous }}, lisez"
    )
    assert mail.message["Subject"] == "Anna, lisez"
    assert "À vous, Anna\u202f!" in mail.part("plain")
    assert "À vous, Anna\u202f!" in mail.part("html")


def test_a_person_without_a_name_reads_the_fallback() -> None:
    mail = mail_to_anna(
        "Cher {{ given_name | ami }}", subject="{{given_name|Vous}}", given_name=None
    )
    assert mail.message["Subject"] == "Vous"
    assert "Cher ami" in mail.part("plain")


def test_a_name_cannot_bring_in_markup_headers_or_lines() -> None:
    evil = "<script>x</script>\r\nBcc: x@evil.example"
    mail = mail_to_anna("{{ given_name | a }}", subject="{{ given_name | a }}", given_name=evil)
    assert "script" not in Markup(mail.part("html")).tags
    assert mail.message["Bcc"] is None
    assert mail.message["Subject"] == "<script>x</script> Bcc: x@evil.example"


def test_lines_with_a_single_dot_survive_a_real_relay(relay: Relay) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    launch(mailing_list, body=".\n\navant\n.\n..\naprès")
    send_here()
    text = relay.mails[0].part("plain").replace("\r\n", "\n")
    assert "\n.\n\navant\n.\n..\naprès\n" in f"\n{text}"


def test_a_line_that_begins_with_from_is_written_so_that_nobody_changes_it() -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    transport = RecordingTransport()
    launch(mailing_list, body="From here on\nFrom: a\n\nFrom x")
    send_here(transport)
    ((_, raw),) = transport.taken
    assert b"\r\nFrom " not in raw
    assert raw.count(b"\r\n=46rom ") == 2
    assert "From here on\r\nFrom: a\r\n\r\nFrom x" in Received("", ANNA, raw).part("plain")


def test_a_preview_shows_the_email_of_a_reader() -> None:
    content = preview_campaign(make_campaign(make_list(), body=BODY), given_name="Anna")
    assert "Bonjour Anna, lisez la suite (https://parti.example/suite)." in content.text
    assert "Bonjour à vous" in preview_campaign(make_campaign(make_list("b"), body=BODY)).text


def test_the_unsubscribe_link_of_a_preview_leads_to_nobody(client: FlaskClient) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    url = preview_campaign(make_campaign(mailing_list)).leave_url
    token = url.rpartition("/")[2]
    assert current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)[0] == 0
    for form in ({"List-Unsubscribe": "One-Click"}, {"leave": "all"}):
        assert client.post(urlsplit(url).path, data=form).status_code == 200
    assert count_rows(Subscription) == 1


def test_a_test_email_goes_to_the_organiser_only(relay: Relay, organiser: Organiser) -> None:
    mailing_list = make_list()
    make_subscriber(ANNA, mailing_list)
    queue.run_all()
    send_due_emails()
    relay.reset()
    send_test(make_campaign(mailing_list, body=BODY), organiser.id)
    queue.run_all()
    send_due_emails()
    assert [mail.recipient for mail in relay.mails] == [ORGANISER]
    assert count_rows(Delivery) == 0


def test_a_test_email_is_the_campaign_and_says_that_it_is_a_test(
    relay: Relay, organiser: Organiser
) -> None:
    campaign = make_campaign(make_list(), subject="Réunion : demain", body=BODY)
    send_test(campaign, organiser.id)
    queue.run_all()
    send_due_emails()
    mail = relay.mails_to(ORGANISER)[-1]
    assert mail.message["Subject"] == "[Test] Réunion : demain"
    assert "Bonjour à vous" in mail.part("plain")
    assert "https://parti.example/suite" in Markup(mail.part("html")).links
    assert mail.message["List-Unsubscribe"] is None
    for part in map(mail.part, ("plain", "html")):
        assert "Ceci est un test" in part
        assert ("inscription" in part, "confirmé" in part) == (False, False)


def test_a_campaign_itself_says_nothing_of_a_test() -> None:
    content = preview_campaign(make_campaign(make_list(), body=BODY))
    assert ("test" in content.text, "confirmé" in content.text) == (False, True)


@pytest.mark.both_databases
def test_an_account_sends_itself_a_few_tests_a_day(organiser: Organiser) -> None:
    campaigns = [make_campaign(make_list(slug)) for slug in ("a", "b")]
    for number in range(TESTS_A_DAY):
        assert send_test(campaigns[number % 2], organiser.id) is None
    assert send_test(campaigns[0], organiser.id) is SendTestError.TOO_MANY
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert send_test(campaigns[0], organiser.id) is None


def test_no_test_goes_to_an_address_that_objected(relay: Relay, organiser: Organiser) -> None:
    campaign = make_campaign(make_list())
    send_test(campaign, organiser.id)
    with transaction():
        suppress(address_mac(ORGANISER), EVERYTHING, now=clock.now(), until=None)
    assert send_test(campaign, organiser.id) is SendTestError.OBJECTED
    relay.reset()
    queue.run_all()
    send_due_emails()
    assert [mail.message["Subject"] for mail in relay.mails if "Test" in str(mail.message)] == []


@pytest.mark.both_databases
def test_a_test_waits_until_the_mailbox_is_shown_to_be_theirs(client: FlaskClient) -> None:
    invited = invite_organiser(ORGANISER, RoleName.OWNER, "fr", inviter="")
    assert isinstance(invited, TeamInvitation)
    accept_team_invitation(printed_link_of(invited).rpartition("/")[2], PASSWORD)
    campaign = make_campaign(make_list())
    assert send_test(campaign, invited.organiser.id) is SendTestError.ADDRESS_UNCONFIRMED
    passwords = {"password": PASSWORD, "password_confirm": PASSWORD}
    press(client, reset_path(client, ORGANISER), **passwords)
    assert send_test(campaign, invited.organiser.id) is None


def test_a_faulty_draft_is_not_sent_as_a_test(organiser: Organiser) -> None:
    campaign = make_campaign(make_list(), body="Bonjour {{ prenom }}")
    assert send_test(campaign, organiser.id) is SendTestError.CONTENT_FAULTY
