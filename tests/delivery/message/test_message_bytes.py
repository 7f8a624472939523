"""A compiled message, once read, equals the one of Python's email package."""

import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP
from html import escape
from threading import Thread

import pytest
import time_machine
from flask import Flask
from hypothesis import assume, example, given, settings as hypothesis_settings, strategies as st

from supporters import create_app
from supporters.campaigns.merge_fields import (
    MergeField,
    Placeholder,
    TemplateText,
    has_marks,
    percent_encode,
)
from supporters.campaigns.models import Campaign
from supporters.config import load_settings
from supporters.crypto.tokens import TokenPurpose
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.delivery.message.message_bytes import CompiledMessage, MailIdentity, MessageTemplate
from supporters.delivery.message.rendered_campaign import (
    UNSUBSCRIBE_FIELD,
    CompiledCampaign,
    EmailContent,
    RenderedEmail,
)
from supporters.extensions import current_settings, current_tokens
from supporters.lists.models import MailingList
from supporters.mail.mail_theme import Theme
from supporters.mail.message.envelope_senders import read_envelope_sender
from supporters.mail.message.header_fields import HeaderUnsafe

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTINGS = load_settings({"SUPPORTERS_ENV": "development"})
IDENTITY = MailIdentity(campaign_id=7, list_slug="national", list_name="La Lettre")
ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")
SPECIAL = ".=?_ \t\n'\"<>&%é’—\u202f\u00a0🎉\u0301%"

thorough = hypothesis_settings(derandomize=True, deadline=None, max_examples=200)
writable = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(st.sampled_from(SPECIAL + "abc") | writable)
long_texts = st.builds(lambda text, times: text * times, texts, st.integers(1, 80))
lines = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60)
plain_names = st.text(st.characters(categories=["L", "N"], include_characters="_.-"), min_size=1)
names = st.one_of(st.none(), texts, long_texts, plain_names)
name_slots = st.sampled_from([MergeField("given_name", "ami"), MergeField("given_name", "à vous")])
name_places = st.builds(Placeholder, name_slots, st.just(str))
places = st.builds(
    Placeholder,
    name_slots | st.just(UNSUBSCRIBE_FIELD),
    st.sampled_from([str, escape, percent_encode]),
)
NAME = Placeholder(MergeField("given_name", "ami"), str)
SPACE = TemplateText([" "])


@st.composite
def slotted(
    draw: st.DrawFn,
    texts_between: st.SearchStrategy[str],
    places_between: st.SearchStrategy[Placeholder],
) -> TemplateText:
    """Generate a text with placeholders."""
    pieces: list[str | Placeholder] = [draw(texts_between)]
    for place in draw(st.lists(places_between, max_size=4)):
        pieces += [place, draw(texts_between)]
    return TemplateText(pieces)


bodies = slotted(long_texts, places)


@dataclass(frozen=True)
class Person:
    """A recipient."""

    given_name: str | None = "Anna"
    subscriber_id: int = 3765593562331654772
    address: str = "anna@example.org"
    subscribed_at: datetime = NOW
    language: str = "fr"
    purpose_id: int = 1


def parse(raw: bytes) -> EmailMessage:
    """Return the message as a mail reader sees it."""
    message = BytesParser(policy=email.policy.default).parsebytes(raw)
    assert isinstance(message, EmailMessage)
    return message


def parts(message: EmailMessage) -> list[tuple[str, str | None, str]]:
    """Return the parts of a message: their types, charsets and contents."""
    return [
        (part.get_content_type(), part.get_content_charset(), part.get_content())
        for part in message.iter_parts()
        if isinstance(part, EmailMessage)
    ]


def made_by_python(content: RenderedEmail) -> EmailMessage:
    """Return the same content from the email package, once sent and read."""
    message = EmailMessage(policy=SMTP)
    message.set_content(content.text, charset="utf-8", cte="quoted-printable")
    message.add_alternative(content.html, subtype="html", charset="utf-8", cte="quoted-printable")
    return parse(message.as_bytes())


def assert_same_as_python(raw: bytes, content: RenderedEmail) -> None:
    """Compare a message with the one of the email package, and with the strings."""
    message, expected = parse(raw), made_by_python(content)
    assert message.get_content_type() == expected.get_content_type()
    assert parts(message) == parts(expected)
    assert message["Subject"] == content.subject
    assert message["List-Unsubscribe"] == f"<{content.leave_url}>"


def assert_legal(raw: bytes) -> None:
    """Check the lines as a relay does."""
    head, _, body = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert raw.endswith(b"\r\n")
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw) is None
    assert not any(line.startswith(b".") for line in raw.split(b"\r\n"))
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76
    assert not re.search(rb"[ \t]\r\n", body)
    assert b"?==?" not in head
    assert all(4 < len(word) <= 75 for word in ENCODED_WORD.findall(head))


@thorough
@given(slotted(lines, name_places), bodies, bodies, names)
@example(
    TemplateText(["Cher ", NAME, " !"]), TemplateText(["a", NAME, ""]), TemplateText([""]), "."
)
@example(
    TemplateText(["", NAME, "?a?b?= é"]), TemplateText(["." * 998]), TemplateText([".\n"]), "="
)
@example(
    TemplateText(["x" * 990, NAME, ""]),
    TemplateText(["", NAME, "", NAME, ""]),
    TemplateText([" "]),
    "é",
)
@example(
    TemplateText(["é" * 990]), TemplateText(["é" * 998, NAME, ""]), TemplateText(["x" * 76]), " "
)
def test_any_content_is_read_as_python_would_have_written_it(
    subject: TemplateText, text: TemplateText, html: TemplateText, name: str | None
) -> None:
    leave_url = TemplateText(["https://p.fr/leave/", Placeholder(UNSUBSCRIBE_FIELD, str), ""])
    content = EmailContent(subject, text, html, leave_url)
    values = {"given_name": name, UNSUBSCRIBE_FIELD.field: "W10.aw-_." * 9}
    template = MessageTemplate(SETTINGS, IDENTITY, content)
    raw = template.fill("a@example.org", 1, values=values, sent_at=NOW)
    assert_legal(raw)
    assert_same_as_python(raw, content.fill(values))


@pytest.fixture(scope="module")
def settled_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Run an application whose database isn't used."""
    folder = tmp_path_factory.mktemp("compiling")
    variables = {"SUPPORTERS_ENV": "development", "SUPPORTERS_INSTANCE_DIR": str(folder)}
    app = create_app(load_settings(variables))
    with app.app_context(), time_machine.travel(NOW, tick=False):
        yield app


def draft(subject: str, body: str) -> tuple[Campaign, MailingList]:
    """Return a campaign and its list, as they are stored."""
    mailing_list = MailingList(id=3, slug="national", name="L’Été « libre »", purpose_id=1)
    campaign = Campaign(
        id=7, mailing_list_id=3, purpose_id=1, language="fr", subject=subject, body=body
    )
    return campaign, mailing_list


def compile_both(subject: str, body: str) -> tuple[CompiledMessage, CompiledCampaign]:
    """Return a campaign in its sent form and in its preview form."""
    drafted = draft(subject, body)
    frozen = freeze_campaign(*drafted, theme=Theme())
    return CompiledMessage(frozen), CompiledCampaign(*drafted, theme=Theme())


@hypothesis_settings(thorough, max_examples=60)
@given(lines, st.lists(texts, max_size=6), lines, names)
@example(
    "À {{list_name}}", ["avant\n.\n..\n", "[x](https://p.fr/?n={{given_name|é}})"], "toi", "É&"
)
@example("{{ given_name | a }} {{ party_name }}", ["é" * 1000], ".", "=?utf-8?q?x?=")
@pytest.mark.usefixtures("settled_app")
def test_an_email_is_read_as_the_preview_shows_it(
    subject: str, paragraphs: list[str], fallback: str, name: str | None
) -> None:
    subject = re.sub("[{}]", "", subject) if "{{" not in subject else subject
    body = "\n\n".join(
        [f"Cher {{{{ given_name | {re.sub('[{}]', '', fallback)} }}}},", *paragraphs]
    )
    assume(not has_marks(subject + body))
    message, preview = compile_both(subject, body)
    person = Person(name)
    raw = message.write(person, sent_at=NOW).content
    assert_legal(raw)
    assert_same_as_python(raw, preview.render(person))


@pytest.mark.usefixtures("settled_app")
def test_nothing_of_one_reader_is_in_the_email_of_the_next() -> None:
    message, preview = compile_both("{{ given_name | Vous }}", "{{ given_name | Vous }}")
    anna = Person("Anna")
    boris = Person("Boris", 8, "boris@example.org", datetime(2020, 2, 29, tzinfo=UTC))
    for person in (anna, boris, anna, Person(None)):
        mail = message.write(person, sent_at=NOW)
        assert mail.recipient == person.address
        assert parse(mail.content)["To"] == person.address
        assert_same_as_python(mail.content, preview.render(person))
        day = "29 février 2020" if person is boris else "24 novembre 2026"
        assert all(day in content for *_, content in parts(parse(mail.content)))


@pytest.mark.usefixtures("settled_app")
def test_the_unsubscribe_link_and_the_envelope_are_the_readers_own() -> None:
    message, _ = compile_both("a", "b")
    mail = message.write(Person(), sent_at=NOW)
    token = str(parse(mail.content)["List-Unsubscribe"]).strip("<>").rpartition("/")[2]
    assert current_tokens().read(TokenPurpose.UNSUBSCRIBE, token) == [Person.subscriber_id, 3, 7]
    for *_, content in parts(parse(mail.content)):
        why = re.search(r"/fr/why/([\w.-]+)", content)
        assert why is not None
        assert current_tokens().read(TokenPurpose.WHY, why[1]) == [Person.subscriber_id, 3, 7]
    keys = current_settings().secret_keys
    assert read_envelope_sender(keys, mail.sender) == (7, Person.subscriber_id)


@pytest.mark.usefixtures("settled_app")
def test_an_email_carries_the_second_it_is_written_in() -> None:
    message, _ = compile_both("a", "b")
    for second in (1, 1, 2):
        sent_at = NOW.replace(second=second, microsecond=999_999)
        date = parse(message.write(Person(), sent_at=sent_at).content)["Date"]
        assert date.datetime == NOW.replace(second=second)


def test_a_message_is_written_without_an_application(settled_app: Flask) -> None:
    message, _ = compile_both("a", "b")
    written = []
    thread = Thread(target=lambda: written.append(message.write(Person(), sent_at=NOW)))
    thread.start()
    thread.join()
    assert written == [message.write(Person(), sent_at=NOW)]


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@evil.example", "a\nb", "a\rb", "a\0b"])
@pytest.mark.usefixtures("settled_app")
def test_an_unsafe_subject_is_refused_before_any_email_is_written(evil: str) -> None:
    with pytest.raises(HeaderUnsafe):
        CompiledMessage(freeze_campaign(*draft(evil, "b"), theme=Theme()))
    message, _ = compile_both("a", "b")
    with pytest.raises(HeaderUnsafe):
        message.write(Person(address=f"{evil}@example.org"), sent_at=NOW)


@pytest.mark.usefixtures("settled_app")
def test_a_name_with_a_nul_is_refused_in_a_subject_only() -> None:
    with pytest.raises(HeaderUnsafe):
        compile_both("{{ given_name | a }}", "b")[0].write(Person("a\0b"), sent_at=NOW)
    message, _ = compile_both("a", "{{ given_name | a }}")
    assert_legal(message.write(Person("a\0b"), sent_at=NOW).content)
