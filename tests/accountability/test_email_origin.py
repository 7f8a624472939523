"""“Is this email really from us?”: genuine, altered and unknown samples."""

import re
from email.message import EmailMessage

import pytest
from flask import Flask

from supporters.accountability.email_origin import OriginDoubt, Verdict, check_origin
from supporters.accountability.sent_comparison import Difference
from supporters.database import db, transaction
from supporters.delivery.engine.sending_engine import send_here
from supporters.extensions import current_settings
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.people.models import Subscriber
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import ANNA, BORIS, RecordingTransport, launch_to_addresses
from tests.factories.drafts import make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

FRIEND = "https://ami.example/programme"
EVIL = "https://lettre-parti.example/don"


@pytest.fixture
def genuine(app: Flask) -> str:
    """Return the source of a campaign's email as a mailbox has it."""
    return sources()[0]


def sources() -> list[str]:
    """Return the sources of the emails to two readers of a campaign with a link."""
    campaign_id = launch_to_addresses(ANNA, BORIS, body=f"Lisez [ceci]({FRIEND}).")
    transport = RecordingTransport()
    send_here(transport)
    return [with_return_path(content.decode(), campaign_id) for _, content in transport.taken]


def with_return_path(source: str, campaign_id: int) -> str:
    """Add the header that the mail server of a reader adds."""
    reader = re.search(r"Message-ID: <c\d+\.(\d+)@", source)
    assert reader is not None
    address = EnvelopeWriter(current_settings(), campaign_id).write(int(reader[1]))
    return f"Return-Path: <{address}>\r\n{source}"


@pytest.mark.parametrize("subject", ["Saturday", "Samedi"])
def test_an_email_of_ours_is_genuine_in_each_of_its_languages(subject: str) -> None:
    mailing_list = make_list()
    readers = {each: make_subscriber(f"{each}@example.org", mailing_list) for each in ("fr", "en")}
    with transaction():
        for language, reader in readers.items():
            db.session.get_one(Subscriber, reader.id).language = language
    draft = make_campaign(mailing_list, "Samedi", "Bonjour.")
    write_in(draft, "en", subject, "Hello.")
    launch_ready(draft.id)
    transport = RecordingTransport()
    send_here(transport)
    found = {
        to: check_origin(with_return_path(content.decode(), draft.id))
        for to, content in transport.taken
    }
    assert {each.verdict for each in found.values()} == {Verdict.GENUINE}
    named = {to: each.sent and each.sent.subject for to, each in found.items()}
    assert named == {"fr@example.org": "Samedi", "en@example.org": subject}


def headers_of(source: str) -> str:
    """Return the headers alone."""
    return source.partition("\r\n\r\n")[0]


def test_an_email_of_ours_is_genuine(genuine: str) -> None:
    answer = check_origin(genuine)
    assert (answer.verdict, answer.doubts, answer.difference) == (Verdict.GENUINE, (), Difference())


def test_a_copy_with_other_line_ends_and_without_return_path_is_genuine(genuine: str) -> None:
    source = "\n\n  " + genuine.partition("\r\n")[2].replace("\r\n", "\n")
    assert check_origin(source).verdict is Verdict.GENUINE


def test_headers_alone_are_told_apart_because_they_can_be_copied(genuine: str) -> None:
    assert check_origin(headers_of(genuine)).verdict is Verdict.HEADERS_GENUINE


@pytest.mark.parametrize(
    ("header", "value", "doubt"),
    [
        ("From", "Parti <tresorerie@parti.example.net>", OriginDoubt.OTHER_SENDER),
        ("Message-ID", "<c1.1@parti.example>", OriginDoubt.OTHER_MESSAGE_ID),
    ],
)
def test_a_header_that_does_not_belong_is_named(
    genuine: str, header: str, value: str, doubt: OriginDoubt
) -> None:
    source = re.sub(
        rf"(?m)^{header}: [^\r]*\r\n([ \t][^\r]*\r\n)*", f"{header}: {value}\r\n", genuine
    )
    assert doubt in check_origin(source).doubts


def test_parts_of_two_emails_are_told(app: Flask) -> None:
    one, other = sources()
    other_path = other.partition("\r\n")[0]
    mixed = other_path + "\r\n" + one.partition("\r\n")[2]
    assert OriginDoubt.MIXED in check_origin(mixed).doubts


def test_a_forged_signature_is_found(genuine: str) -> None:
    token = re.search(r"/leave/([\w-]{10})", genuine)
    assert token is not None
    source = genuine.replace(token[1], token[1][::-1])
    assert OriginDoubt.FORGED_LINK in check_origin(source).doubts


def test_a_forged_return_path_is_found() -> None:
    local, _, domain = current_settings().bounce_address.rpartition("@")
    source = (
        f"Return-Path: <{local}+abcdefgh@{domain}>\nFrom: {current_settings().mail_from}\n\nDon"
    )
    answer = check_origin(source)
    assert answer.verdict is Verdict.ALTERED
    assert answer.doubts == (OriginDoubt.FORGED_RETURN_PATH,)


@pytest.mark.parametrize(
    "source",
    [
        f"From: Parti <contact@parti-dons.example>\n\nDonnez ici: {EVIL}",
        "Return-Path: <x@y.example>\nFrom: x@y.example\nMessage-ID: <1@y.example>",
    ],
)
def test_an_email_of_somebody_else_is_not_ours(source: str) -> None:
    assert check_origin(source).verdict is Verdict.NOT_OURS


@pytest.mark.parametrize("source", ["", "Bonjour, est-ce vous ?", "\0\n: :\n"])
def test_words_without_anything_signed_are_too_little(source: str) -> None:
    assert check_origin(source).verdict is Verdict.TOO_LITTLE


def test_our_own_headers_without_a_signature_are_too_little() -> None:
    source = f"From: {current_settings().mail_from}\nSubject: Bonjour"
    assert check_origin(source).verdict is Verdict.TOO_LITTLE


def test_a_service_email_without_signed_words_is_ours_and_not_checked() -> None:
    settings = current_settings()
    message = EmailMessage()
    message["Return-Path"] = EnvelopeWriter(settings, TRANSACTIONAL).write(12)
    message["From"], message["Subject"] = settings.mail_from, "Bonjour"
    message["Message-ID"] = f"<letter.12@{settings.mail_domain}>"
    message.set_content("Bonjour")
    assert check_origin(message.as_string()).verdict is Verdict.UNCHECKED
    message.replace_header("Message-ID", f"<letter.13@{settings.mail_domain}>")
    assert check_origin(message.as_string()).doubts == (OriginDoubt.OTHER_MESSAGE_ID,)
