"""Each reader's email says who writes, why they get it, and how to unsubscribe."""

import pytest

from supporters.crypto.tokens import TokenPurpose
from supporters.delivery.engine.sending_engine import send_here
from supporters.extensions import current_settings, current_tokens
from tests.factories.campaigns import ANNA, RecordingTransport, launch, subscriber_at
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.markup import Markup
from tests.servers.relay import Received, Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


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
        "http://localhost/fr/join/national",
        "http://localhost/fr/my-data",
        "http://localhost/fr/",
    }
    assert pages <= Markup(mail.part("html")).links
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
    assert "À vous, Anna !" in mail.part("plain")
    assert "À vous, Anna !" in mail.part("html")


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
