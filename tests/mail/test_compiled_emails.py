"""A compiled email is read as its templates give it, for every value."""

import dataclasses
import email.policy
from collections.abc import Mapping
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from supporters import clock
from supporters.mail.compiled_emails import COMPILED_AT_MOST, OF_ONE_READER, EmailComposer
from supporters.mail.mail_templates import write_message
from supporters.mail.mail_theme import Theme
from supporters.mail.message.header_fields import HeaderUnsafe
from supporters.mail.models import EmailKind, OutboxEmail
from supporters.mail.outbox import TemplateValues
from supporters.mail.outbox_claims import ClaimedEmail
from supporters.mail.outbox_sender import OutboxSender
from supporters.smtp_relay.send_journal import OF_EMAILS, SendJournal
from tests.delivery.message.test_message_bytes import assert_legal
from tests.factories.campaigns import RecordingTransport
from tests.factories.lists import make_list
from tests.factories.signups import request_to_join

ANNA = "anna@example.org"
LISTS = ["La Lettre", "Élus & amis <« l’été »>", "x" * 90, "Un 'mot' \"entre\" guillemets"]
SHARED: Mapping[EmailKind, TemplateValues] = {
    EmailKind.CONFIRM_SIGNUP: {"list_names": LISTS, "hours": 72},
    EmailKind.ALREADY_SUBSCRIBED: {"list_names": LISTS, "hours": 1},
    EmailKind.MY_DATA: {"is_known": 1, "hours": 2},
    EmailKind.NEW_ADDRESS: {"hours": 24},
    EmailKind.RESET_PASSWORD: {"hours": 1},
}
ODD = [
    "https://parti.example/fr/confirm/aGVsbG8.d29ybGQ-_",
    "https://parti.example/?a=1&b=<2>&c='3'&d=\"4\"&e=5",
    "https://parti.example/" + "tres-long/" * 30 + "1",
    "=?utf-8?q?x?=1",
    "%(code)s{{code}}%s",
    ".1",
    "From",
    "x" * 75,
    "123 456",
]
RENDERED_ALONE = [
    *("", " ", ".", "ends with a space ", "two words", "two\nlines", "a\rb", "a\0b", "The end."),
    *("https://parti.example/très-long", "From me", "=?utf-8?q?x?="),
    *("The end. Next", "End. 6", "1 2 3", "123 456.", "١٢٣ ٤٥٦"),
]


def an_email(kind: EmailKind, value: str, *, language: str = "fr", number: int = 1) -> ClaimedEmail:
    """Return an email whose values of one reader are all this one."""
    values = {**SHARED[kind], **dict.fromkeys(OF_ONE_READER[kind], value)}
    return ClaimedEmail(OutboxEmail(id=number, kind=kind, language=language), ANNA, values)


def rendered(claimed: ClaimedEmail, theme: Theme) -> tuple[str, bytes]:
    """Return the envelope sender and the message that the templates give."""
    message = write_message(claimed.email, claimed.recipient, claimed.values, theme=theme)
    return str(message.sender), message.as_bytes()


def parse(raw: bytes) -> tuple[bytes, list[tuple[list[tuple[str, str]], str]]]:
    """Return the headers of a message, signed words and all, and its parts as readers see them."""
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    parts = [each for each in message.iter_parts() if isinstance(each, EmailMessage)]
    return raw.partition(b"\r\n\r\n")[0], [(each.items(), each.get_content()) for each in parts]


def compare(composer: EmailComposer, claimed: ClaimedEmail, theme: Theme) -> None:
    """Check that a composer writes what the templates give, but for its soft breaks."""
    with time_machine.travel(clock.now(), tick=False):
        written = composer.write(claimed, theme)
        sender, alone = rendered(claimed, theme)
    assert (written.sender, written.recipient) == (sender, ANNA)
    assert parse(written.content) == parse(alone)
    assert_legal(written.content)


def test_the_values_of_every_compiled_kind_are_here() -> None:
    assert set(SHARED) == set(OF_ONE_READER)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", OF_ONE_READER)
def test_a_compiled_email_is_read_as_its_templates_give_it(
    app: Flask, kind: EmailKind, language: str
) -> None:
    composer = EmailComposer()
    for number, value in enumerate(ODD, start=1):
        compare(composer, an_email(kind, value, language=language, number=number), Theme())
    assert len(composer) == 1


def test_the_email_of_a_signup_is_compiled(app: Flask, tmp_path: Path) -> None:
    request_to_join(ANNA, make_list())
    journal, relay = SendJournal(tmp_path, "here", OF_EMAILS), RecordingTransport()
    sender = OutboxSender(worker=None, number=0, journal=journal, transport=relay)
    sender.send_next()
    sender.settle()
    journal.remove()
    assert (len(relay.taken), len(sender.composer)) == (1, 1)


def test_a_value_that_is_not_one_word_is_rendered_alone(app: Flask) -> None:
    composer = EmailComposer()
    for value in RENDERED_ALONE:
        compare(composer, an_email(EmailKind.ALREADY_SUBSCRIBED, value), Theme())
    assert len(composer) == 0


def test_an_email_without_one_of_its_values_is_rendered_alone(app: Flask) -> None:
    values: TemplateValues = {"is_known": 0, "hours": 2}
    email = OutboxEmail(id=1, kind=EmailKind.MY_DATA, language="fr")
    composer = EmailComposer()
    compare(composer, ClaimedEmail(email, ANNA, values), Theme())
    assert len(composer) == 0


@pytest.mark.parametrize(
    "other",
    [
        {"list_names": ["Autre"]},
        {"hours": 71},
        {"sender_name": "Section de Dole"},
        {"reply_to": "dole@parti.example"},
    ],
)
def test_each_shared_value_has_a_form_of_its_own(app: Flask, other: TemplateValues) -> None:
    composer, claimed = EmailComposer(), an_email(EmailKind.CONFIRM_SIGNUP, ODD[1])
    changed = dataclasses.replace(claimed, values={**claimed.values, **other})
    for each in (claimed, changed, claimed):
        compare(composer, each, Theme())
    assert len(composer) == 2


def test_a_changed_face_or_changed_settings_are_seen_at_once(app: Flask) -> None:
    composer, claimed = EmailComposer(), an_email(EmailKind.CONFIRM_SIGNUP, ODD[1])
    compare(composer, claimed, Theme())
    compare(composer, claimed, Theme(postal_address="2 rue du Nord"))
    app.extensions["settings"] = dataclasses.replace(
        app.extensions["settings"], party_name="Un & autre", mail_from="autre@parti.example"
    )
    compare(composer, claimed, Theme(postal_address="2 rue du Nord"))


def test_the_number_of_compiled_forms_is_bounded(app: Flask) -> None:
    composer, claimed = EmailComposer(), an_email(EmailKind.RESET_PASSWORD, ODD[0])
    for hours in range(COMPILED_AT_MOST + 1):
        changed = dataclasses.replace(claimed, values={**claimed.values, "hours": hours})
        composer.write(changed, Theme())
    assert len(composer) == 1


def test_an_address_with_a_line_break_is_refused_as_the_templates_refuse_it(app: Flask) -> None:
    claimed = an_email(EmailKind.CONFIRM_SIGNUP, ODD[0])
    with pytest.raises(HeaderUnsafe):
        EmailComposer().write(dataclasses.replace(claimed, recipient="a@b\r\nBcc: c"), Theme())
