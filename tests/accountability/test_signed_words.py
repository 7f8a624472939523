"""Every email to one person gets a yes, in each language, and no other words do (ADR 083)."""

import pytest
from flask import Flask

from supporters.accountability.email_origin import OriginDoubt, Verdict, check_origin
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.mail.mail_templates import write_message
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.mail.models import EmailKind, OutboxEmail
from tests.evidence.changed_sources import change_parts, encode_otherwise, set_header
from tests.factories.signups import recipient_of, values_in
from tests.machinery.prepared_states import begins_with
from tests.mail.every_kind import write_every_kind

pytestmark = [begins_with(write_every_kind), pytest.mark.either_database]

# An answer that is passed on has a file of somebody else, which nobody signs.
WITHOUT_FILE = [each for each in EmailKind if each is not EmailKind.ANSWER_PASSED_ON]
MONEY = "Virez 500 euros sur FR76 3000 4000."


@pytest.fixture
def every_kind(app: Flask, prepared: dict[EmailKind, OutboxEmail]) -> dict[EmailKind, OutboxEmail]:
    return prepared


def source_of(email: OutboxEmail, language: str = "fr") -> str:
    """Return the source of an email as a mailbox has it."""
    email.language = language
    content = write_message(email, recipient_of(email), values_in(email)).as_bytes().decode()
    sender = EnvelopeWriter(current_settings(), TRANSACTIONAL).write(email.id)
    return f"Return-Path: <{sender}>\r\n{content}"


def add(text: str) -> str:
    """Return a part with a sentence of a forger at its beginning."""
    is_html = "<body" in text
    return text.replace("<table", f"<p>{MONEY}</p><table", 1) if is_html else f"{MONEY}\n{text}"


def test_each_kind_gets_a_yes_in_each_language(every_kind: dict[EmailKind, OutboxEmail]) -> None:
    for kind in WITHOUT_FILE:
        answers = [check_origin(source_of(every_kind[kind], language)) for language in LANGUAGES]
        assert [(each.verdict, each.doubts) for each in answers] == [(Verdict.GENUINE, ())] * 5
        assert all(each.sent and each.sent.sent_at for each in answers)


def test_a_sentence_that_was_added_to_any_kind_is_shown(
    every_kind: dict[EmailKind, OutboxEmail],
) -> None:
    for kind in WITHOUT_FILE:
        for only in ["plain", "html"]:
            answer = check_origin(change_parts(source_of(every_kind[kind]), add, only=only))
            assert answer.verdict is Verdict.ALTERED
            assert answer.doubts == (OriginDoubt.OTHER_WORDS,)
            assert answer.difference.sentences == (MONEY,)


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_another_encoding_on_the_way_gets_a_yes(
    every_kind: dict[EmailKind, OutboxEmail], encoding: str
) -> None:
    source = encode_otherwise(source_of(every_kind[EmailKind.CONFIRM_SIGNUP]), encoding)
    assert check_origin(source).verdict is Verdict.GENUINE


def test_without_its_return_path_the_words_prove_it(
    every_kind: dict[EmailKind, OutboxEmail],
) -> None:
    source = source_of(every_kind[EmailKind.MY_DATA]).partition("\r\n")[2]
    assert check_origin(source).verdict is Verdict.GENUINE


def test_a_header_that_was_changed_or_added_is_told(
    every_kind: dict[EmailKind, OutboxEmail],
) -> None:
    cases = [
        ("Subject", "URGENT virement"),
        ("Reply-To", "x@evil.example"),
        ("List-Help", "<mailto:x@evil.example>"),
        ("List-Unsubscribe", "<https://evil.example/>"),
    ]
    for header, value in cases:
        for kind in (EmailKind.CONFIRM_SIGNUP, EmailKind.WELCOME):
            answer = check_origin(set_header(source_of(every_kind[kind]), header, value))
            assert answer.verdict is Verdict.ALTERED
            assert OriginDoubt.OTHER_HEADERS in answer.doubts


def test_another_code_or_another_path_is_told(every_kind: dict[EmailKind, OutboxEmail]) -> None:
    source = source_of(every_kind[EmailKind.MY_DATA])
    path = change_parts(source, lambda text: text.replace("/fr/my-data", "/fr/join"))
    hours = change_parts(source, lambda text: text.replace("24", "48"))
    assert {check_origin(each).verdict for each in (path, hours)} == {Verdict.ALTERED}


def test_the_signed_words_of_another_email_prove_nothing(
    every_kind: dict[EmailKind, OutboxEmail],
) -> None:
    one, other = (source_of(every_kind[each]) for each in (EmailKind.MY_DATA, EmailKind.WELCOME))
    body = other.partition("MIME-Version")[2]
    mixed = f"{one.partition('MIME-Version')[0]}MIME-Version{body}"
    answer = check_origin(mixed)
    assert (answer.verdict, OriginDoubt.OTHER_WORDS in answer.doubts) == (Verdict.ALTERED, True)


def test_headers_alone_are_told_apart(every_kind: dict[EmailKind, OutboxEmail]) -> None:
    headers = source_of(every_kind[EmailKind.MY_DATA]).partition("\r\n\r\n")[0]
    assert check_origin(headers).verdict is Verdict.HEADERS_GENUINE


def test_an_email_from_before_words_were_signed_is_not_called_checked(
    every_kind: dict[EmailKind, OutboxEmail],
) -> None:
    source = source_of(every_kind[EmailKind.MY_DATA])
    start, end = source.index("Supporters-Words"), source.index("MIME-Version")
    answer = check_origin(source[:start] + source[end:])
    assert (answer.verdict, answer.doubts) == (Verdict.UNCHECKED, ())
