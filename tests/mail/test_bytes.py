"""The bytes of an email of each kind, as a mail server got them, read strictly (section H)."""

import dataclasses
import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask, render_template
from flask_babel import force_locale
from markupsafe import escape

from supporters.config import Settings
from supporters.extensions import current_encryptor, current_settings
from supporters.mail.mail_templates import ONE_CLICK
from supporters.mail.message.envelope_senders import TRANSACTIONAL, read_envelope_sender
from supporters.mail.models import EmailKind, OutboxEmail
from tests.factories.signups import recipient_of, values_in
from tests.machinery.prepared_states import begins_with
from tests.mail.every_kind import copy_of, write_every_kind
from tests.mail.outbox_emails import send_email, send_emails
from tests.mail.strict import StrictMail, read_mailbox, read_strictly, read_text
from tests.servers.relay import Received, Relay

BASE_URL = "https://soutiens.parti-de-l-exemple.section-nationale.example"
BULK = {EmailKind.INVITATION, EmailKind.RECONFIRMATION, EmailKind.WELCOME}
LANGUAGES = ["fr", "en"]
QUARTERS = 4
EVERY_EMAIL = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID"),
    *("MIME-Version", "Content-Type", "Supporters-Words"),
}
OF_LISTS = {
    *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"),
    *("List-Help", "List-Owner", "List-Post", "Feedback-ID"),
}
MESSAGE_ID = re.compile(rb"Message-ID: <letter\.(\d+)@")
NAMES = [
    "Parti de l’Exemple",
    "Parti communiste français",
    "Union des démocrates et indépendants",
    "Ensemble, avec vous",
    "Dupont, Élus & Cie",
    "Liste « Ensemble, c’est possible »",
    'Parti "Vert"',
    "Parti; du: Nord <Ouest>",
    r"Demain\Autrement (liste ouverte)",
    "=?utf-8?q?x?=",
    "contact@parti.example",
    "حزب المثال",
    "Parti \u202eelpmexE\u202c",
    "👩🏽\u200d🌾 Terre & Mer 🌊",
    "Union " * 20,
    "x" * 120,
    "Rassemblement des élus d’Île-de-France, d’Outre-mer et de l’étranger pour l’égalité",
    "Été\u00a0: l’Alliance\u2028nouvelle",
    ".",
]


def write_for_a_long_address(app: Flask) -> dict[EmailKind, OutboxEmail]:
    """Write an email of each kind for a site whose address is as long as those of real sites."""
    settings: Settings = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(settings, base_url=BASE_URL)
    return write_every_kind(app)


pytestmark = begins_with(write_for_a_long_address)

WITH_FILE = EmailKind.ANSWER_PASSED_ON  # tests/mail/message/test_attached_emails.py


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Return settings with an address as long as those of real sites."""
    return dataclasses.replace(settings, base_url=BASE_URL)


@pytest.fixture
def every_kind(app: Flask, prepared: dict[EmailKind, OutboxEmail]) -> dict[EmailKind, OutboxEmail]:
    return prepared


def sent(email: OutboxEmail, language: str, relay: Relay) -> Received:
    """Send an email in a language; return the message that the mail server got."""
    relay.reset()
    send_email(copy_of(email, language).id)
    (mail,) = relay.mails
    return mail


def received(
    app: Flask, relay: Relay, emails: dict[EmailKind, OutboxEmail], language: str
) -> Iterator[tuple[EmailKind, str, Received]]:
    """Yield the messages that the mail server got: of each kind, and from a party of each name.

    Each name meets a quarter of the kinds, each kind a quarter of the names.
    """
    settings: Settings = app.extensions["settings"]
    for number, name in enumerate(map(str.strip, NAMES)):
        app.extensions["settings"] = dataclasses.replace(settings, party_name=name)
        some = [each for each in emails.items() if each[0] is not WITH_FILE]
        some = some[number % QUARTERS :: QUARTERS]
        kinds = {copy_of(email, language).id: kind for kind, email in some}
        relay.reset()
        send_emails(kinds)
        for mail in [*relay.mails]:
            yield kinds.pop(int(MESSAGE_ID.search(mail.raw)[1])), name, mail  # type: ignore[index]
        assert kinds == {}


def test_every_kind_has_an_email_here(every_kind: dict[EmailKind, OutboxEmail]) -> None:
    assert set(every_kind) == set(EmailKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_email_of_a_party_of_any_name_is_legal_and_says_who_writes(
    app: Flask, relay: Relay, every_kind: dict[EmailKind, OutboxEmail], language: str
) -> None:
    settings = current_settings()
    faults = []
    for kind, name, mail in received(app, relay, every_kind, language):
        try:
            read = read_strictly(mail.raw)
            assert read_mailbox(read.headers["From"]) == (name, settings.mail_from)
            assert read.headers["To"] == mail.recipient == recipient_of(every_kind[kind])
            assert read.headers["Reply-To"] == settings.party_contact
            check_names(kind, read)
            check_words(every_kind[kind], language, read)
        except (AssertionError, KeyError, ValueError) as error:
            faults.append((kind.value, name, repr(error)[:200]))
    assert faults == []


def check_names(kind: EmailKind, read: StrictMail) -> None:
    wanted = EVERY_EMAIL | (OF_LISTS if kind in BULK else set())
    if kind is not EmailKind.CAMPAIGN_TEST:
        wanted = wanted | {"Auto-Submitted"}
    assert set(read.headers) == wanted


def check_words(email: OutboxEmail, language: str, read: StrictMail) -> None:
    """Check that the subject is the one of its template, and that both parts are whole."""
    settings, values = current_settings(), values_in(email)
    with force_locale(language):
        template = f"mail/{email.kind.name.lower()}/subject.txt"
        subject = render_template(template, **values, settings=settings)
    assert read_text(read.headers["Subject"]) == " ".join(subject.split())
    is_whole_mail = email.kind is EmailKind.CAMPAIGN_TEST  # written before it was put in
    name = settings.party_name
    assert (values["html"] if is_whole_mail else str(escape(name))) in read.parts["html"]
    assert (values["text"] if is_whole_mail else name) in read.parts["plain"]


def test_every_email_has_an_envelope_sender_of_its_own(
    relay: Relay, every_kind: dict[EmailKind, OutboxEmail]
) -> None:
    keys = current_settings().secret_keys
    for email in [each for each in every_kind.values() if each.kind is not WITH_FILE]:
        mail = sent(email, "fr", relay)
        number = read_strictly(mail.raw).headers["Message-ID"].partition(".")[2].partition("@")[0]
        assert read_envelope_sender(keys, mail.sender) == (TRANSACTIONAL, int(number))


@pytest.mark.parametrize("kind", sorted(BULK))
def test_a_bulk_email_can_be_unsubscribed_from_and_filtered_as_campaigns_can(
    relay: Relay, every_kind: dict[EmailKind, OutboxEmail], kind: EmailKind
) -> None:
    email = every_kind[kind]
    mail = sent(email, "fr", relay)
    headers = read_strictly(mail.raw).headers
    url = values_in(email)[ONE_CLICK[kind]]
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in mail.raw
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    label = "national.parti.example"
    assert read_mailbox(headers["List-Id"]) == ("La Lettre nationale", label)
    feedback = f"{kind.value.replace('_', '-')}:national:parti.example:supporters"
    assert headers["Feedback-ID"] == feedback


def test_an_email_from_before_emails_named_their_list_still_leaves(
    relay: Relay, every_kind: dict[EmailKind, OutboxEmail]
) -> None:
    email = every_kind[EmailKind.INVITATION]
    values = values_in(email)
    del values["list_slug"]
    content = {"recipient": recipient_of(email), "values": values}
    email.encrypted = current_encryptor().encrypt(json.dumps(content).encode())
    headers = read_strictly(sent(email, "fr", relay).raw).headers
    assert "List-Unsubscribe" in headers
    assert "List-Id" not in headers
