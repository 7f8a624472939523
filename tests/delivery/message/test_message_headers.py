"""The bytes of a campaign message, as a mailbox provider reads them (section H)."""

import email.policy
import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import example, given, settings as hypothesis_settings, strategies as st

from supporters.campaigns.merge_fields import Placeholder, TemplateText
from supporters.config import Settings, load_settings
from supporters.delivery.message.message_bytes import MailIdentity, MessageTemplate
from supporters.delivery.message.rendered_campaign import (
    UNSUBSCRIBE_FIELD,
    EmailContent,
    RenderedEmail,
)
from supporters.mail.message.header_fields import HeaderUnsafe

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = load_settings(
    {"SUPPORTERS_ENV": "development", "SUPPORTERS_MAIL_FROM": "lettre@parti.example"}
)
IDENTITY = MailIdentity(campaign_id=7, list_slug="national", list_name="La Lettre nationale")
LEAVE_URL = "https://parti.example/leave/token"
CONTENT = RenderedEmail("Des nouvelles", "Bonjour\n", "<p>Bonjour</p>", LEAVE_URL)
ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")
FRENCH = "abcdefghijklmnopqrstuvwxyz ABCDÉÈÀÇéèêëàâùûüçîïôœæ’«»…–€0123456789!?:,.\u00a0\u202f"
LONG_NAME = "L’École européenne de la démocratie, section d’Île-de-France et d’Outre-mer"


def build(
    content: RenderedEmail = CONTENT,
    identity: MailIdentity = IDENTITY,
    *,
    settings: Settings = SETTINGS,
    to: str = "camille@example.org",
    subscriber_id: int = 12345,
) -> bytes:
    """Return the bytes of a message without placeholders."""
    fixed = EmailContent(
        *(
            TemplateText([text])
            for text in (content.subject, content.text, content.html, content.leave_url)
        )
    )
    values = {"given_name": None, UNSUBSCRIBE_FIELD.field: "token"}
    template = MessageTemplate(settings, identity, fixed)
    return template.fill(to, subscriber_id, values=values, sent_at=NOW)


def with_subject(subject: str) -> bytes:
    """Return the bytes of a message with this subject."""
    return build(replace(CONTENT, subject=subject))


def raw_headers(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield each header with its value, unfolded and otherwise unchanged."""
    block = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    for line in re.sub(r"\r\n(?=[ \t])", "", block).split("\r\n"):
        name, _, value = line.partition(": ")
        yield name, value


def header(raw: bytes, wanted: str) -> str:
    """Return the value of the only header of this name."""
    (value,) = [value for name, value in raw_headers(raw) if name.lower() == wanted.lower()]
    return value


def parse(raw: bytes) -> EmailMessage:
    """Return the message as a mail reader sees it."""
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("length", range(40, 401, 12))
def test_the_unsubscribe_link_is_never_broken_or_encoded(length: int) -> None:
    url = LEAVE_URL + "x" * (length - len(LEAVE_URL))
    raw = build(replace(CONTENT, leave_url=url))
    assert header(raw, "List-Unsubscribe") == f"<{url}>"
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in raw


def test_one_click_leaving_is_offered_exactly_as_the_standard_says() -> None:
    raw = build()
    assert header(raw, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "name",
    [
        *("Date", "From", "To", "Subject", "MIME-Version", "Message-ID", "Reply-To"),
        *("List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Post", "Feedback-ID"),
        "Content-Type",
    ],
)
def test_each_header_is_there_once(name: str) -> None:
    assert header(build(), name)


@pytest.mark.parametrize("name", ["La Lettre nationale", "Été", LONG_NAME, 'L"A\\B'])
def test_list_id_is_a_name_and_a_label_in_our_domain(name: str) -> None:
    value = header(build(identity=replace(IDENTITY, list_name=name)), "List-Id")
    words = rf'(?:"(?:[^"\\]|\\.)*"|{ENCODED_WORD.pattern}(?: {ENCODED_WORD.pattern})*)'
    assert re.fullmatch(rf"{words} <national\.parti\.example>", value)


def test_list_id_is_the_same_in_every_campaign_and_for_everybody() -> None:
    other = build(identity=replace(IDENTITY, campaign_id=8), subscriber_id=9, to="b@example.org")
    assert header(other, "List-Id") == header(build(), "List-Id")


def test_message_id_is_stable_unique_and_in_our_domain() -> None:
    first = header(build(), "Message-ID")
    assert first == header(build(replace(CONTENT, subject="Autre")), "Message-ID")
    assert first != header(build(identity=replace(IDENTITY, campaign_id=8)), "Message-ID")
    assert first != header(build(subscriber_id=9), "Message-ID")
    assert re.fullmatch(r"<[a-z0-9.]+@parti\.example>", first)


def test_feedback_id_is_the_same_for_all_recipients() -> None:
    value = header(build(subscriber_id=9, to="b@example.org"), "Feedback-ID")
    assert value == header(build(), "Feedback-ID")
    assert re.fullmatch(r"c7:national:[a-z.]+:[a-z]{5,15}", value)


def test_the_email_goes_to_one_address_and_comes_from_one() -> None:
    message = parse(build())
    assert message["To"] == "camille@example.org"
    assert [each.addr_spec for each in message["From"].addresses] == ["lettre@parti.example"]
    assert message["Cc"] is message["Bcc"] is None


@pytest.mark.parametrize("name", ["Parti", "Parti de l’Exemple", LONG_NAME, 'Le "P", <x@y.fr>'])
def test_the_partys_name_is_read_as_it_was_written(name: str) -> None:
    value = header(build(settings=replace(SETTINGS, party_name=name)), "From")
    shown, address = parseaddr(value)
    assert (str(make_header(decode_header(shown))), address) == (name, SETTINGS.mail_from)


@hypothesis_settings(derandomize=True, deadline=None, max_examples=300)
@given(st.text(FRENCH, min_size=20, max_size=200).filter(lambda text: text == text.strip()))
@example("É" * 200)
@example("Réunion publique : venez débattre de l’école, de la santé et de l’énergie à Besançon")
@example("a" * 73 + "é")
@example("a" * 901)
def test_french_subjects_are_valid_encoded_words(subject: str) -> None:
    raw = with_subject(subject)
    value = header(raw, "Subject")
    words = ENCODED_WORD.findall(value)
    assert "?==?" not in value
    assert all(len(word) <= 75 for word in words)
    assert " ".join(words) == value or subject.isascii()
    assert all(len(line) <= 76 for line in raw.split(b"\r\n") if b"=?utf-8?" in line)
    whole = [b64decode(word.split("?")[3]).decode() for word in words]  # no character is cut
    assert "".join(whole) in {subject, ""}
    assert str(make_header(decode_header(value))) == subject
    assert parse(raw)["Subject"] == subject


@pytest.mark.parametrize(
    "subject",
    [
        *("=?utf-8?q?Re=3A_hier?=", "Prix =?= valeur", "a" * 200, "a" * 990, "a" * 1200),
        *(" a ", "a  b", "a\tb", "a\x0bb"),
    ],
)
def test_a_plain_subject_is_read_as_it_was_written(subject: str) -> None:
    raw = with_subject(subject)
    assert parse(raw)["Subject"] == subject
    assert re.search(rb"[^ -~\r\n]", raw) is None
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@evil.example", "a\nb", "a\rb", "a\0b", "é\r\n b"])
def test_a_value_with_a_line_break_or_a_nul_is_refused(evil: str) -> None:
    with pytest.raises(HeaderUnsafe):
        with_subject(evil)
    with pytest.raises(HeaderUnsafe):
        build(identity=replace(IDENTITY, list_name=evil))
    with pytest.raises(HeaderUnsafe):
        build(settings=replace(SETTINGS, party_name=evil))


@pytest.mark.parametrize("evil", ["a@b.fr\r\nBcc: x@evil.example", "a@b.fr\n", "a@b.fr\0"])
def test_an_address_or_link_with_a_line_break_is_refused(evil: str) -> None:
    with pytest.raises(HeaderUnsafe):
        build(to=evil)
    with pytest.raises(HeaderUnsafe):
        build(replace(CONTENT, leave_url=evil))


def test_text_and_html_are_alternatives_text_first() -> None:
    message = parse(build())
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("text", [".\n", "a\n.\nb\n", "..\n", "é" * 500 + "\n", "a\tb  \n", "\n"])
def test_a_body_is_read_as_it_was_written(text: str) -> None:
    raw = build(replace(CONTENT, text=text))
    part = parse(raw).get_body(("plain",))
    assert part is not None
    assert part.get_content().replace("\r\n", "\n") == text


def test_every_line_is_ascii_short_and_ends_in_crlf() -> None:
    raw = build(replace(CONTENT, subject="É" * 200, text="é" * 5000, html="<p>" + "x" * 5000))
    assert raw.isascii()
    assert re.search(rb"(?<!\r)\n|\r(?!\n)", raw) is None
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("address", ["é@example.org", "a@é.example"])
def test_an_address_beyond_ascii_is_refused(address: str) -> None:
    with pytest.raises(HeaderUnsafe):
        build(to=address)


def test_the_date_is_that_of_the_sending() -> None:
    assert header(build(), "Date") == "Tue, 24 Nov 2026 12:00:00 +0000"


def test_a_readers_own_token_is_in_the_unsubscribe_header_unchanged() -> None:
    fixed = TemplateText(["a"])
    leave_url = TemplateText(["https://p.fr/leave/", Placeholder(UNSUBSCRIBE_FIELD, str), ""])
    template = MessageTemplate(SETTINGS, IDENTITY, EmailContent(fixed, fixed, fixed, leave_url))
    for token in ("x.y-z_" * 30, "b"):
        values = {"given_name": None, UNSUBSCRIBE_FIELD.field: token}
        raw = template.fill("a@b.fr", 1, values=values, sent_at=NOW)
        assert f"\r\nList-Unsubscribe: <https://p.fr/leave/{token}>\r\n".encode() in raw
        with pytest.raises(HeaderUnsafe):
            template.fill(
                "a@b.fr", 1, values={**values, UNSUBSCRIBE_FIELD.field: "a\r\nb"}, sent_at=NOW
            )
