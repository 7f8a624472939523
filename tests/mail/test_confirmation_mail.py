"""The confirmation email: short, the button first, its code already in the inbox."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.models import MailingList
from supporters.mail.outbox_sender import send_due_emails
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, email_of_request, make_subscriber, request_to_join
from tests.mail.every_kind import copy_of
from tests.mail.outbox_emails import send_emails
from tests.markup import Markup
from tests.servers.relay import Received, Relay
from tests.spam_scores import score_spam

HIDDEN = re.compile(r'<div style="display: none.*?</div>|<head>.*?</head>', re.DOTALL)
CODE = re.compile(r"\b\d{3} \d{3}\b")
MOST_WORDS = 60
MOST_SPAM = 1.0


def receive(relay: Relay, *lists: MailingList, language: str = "fr") -> Received:
    """Ask for some lists; return the email that arrives."""
    request_to_join(ADDRESS, *lists, language=language)
    send_due_emails()
    return relay.mails[-1]


def visible_words(html: str) -> str:
    """Return what a reader sees of an email."""
    return Markup(HIDDEN.sub("", html)).words


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fr", r"\d{3} \d{3} : confirmez votre inscription : « La Lettre »"),
        ("en", r"\d{3} \d{3}: confirm your sign-up to “La Lettre”"),
    ],
)
def test_the_subject_has_the_code_and_the_list_and_no_more(
    app: object, relay: Relay, language: str, subject: str
) -> None:
    mail = receive(relay, make_list(name="La Lettre"), language=language)
    assert re.fullmatch(subject, str(mail.message["Subject"]))


def test_the_subject_counts_the_other_lists(app: object, relay: Relay) -> None:
    mail = receive(relay, make_list(name="La Lettre"), make_list("lyon", "Lyon"))
    assert str(mail.message["Subject"]).endswith("« La Lettre » et 1 autre liste")
    assert "Lyon" in visible_words(mail.part("html"))


def test_the_same_code_is_in_subject_first_words_and_both_parts(app: object, relay: Relay) -> None:
    mail = receive(relay, make_list())
    [code] = CODE.findall(str(mail.message["Subject"]))
    html = mail.part("html")
    assert html.index(f"Votre code\u202f: {code}") < html.index("<table")
    assert code in visible_words(html)
    assert code in mail.part("plain")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_has_at_most_60_words(app: object, relay: Relay, language: str) -> None:
    mail = receive(relay, make_list(name="La Lettre"), language=language)
    words = [each for each in visible_words(mail.part("html")).split() if re.search(r"\w", each)]
    assert len(words) <= MOST_WORDS, words


@pytest.mark.parametrize("part", ["html", "plain"])
def test_the_button_is_before_all_else_but_the_title(app: object, relay: Relay, part: str) -> None:
    text = HIDDEN.sub("", receive(relay, make_list()).part(part))
    button = text.index("/confirm/")
    assert button < text.index("saisissez ce code") < text.index("/not-me/")


def test_it_is_an_alternative_of_two_parts_without_attachment(app: object, relay: Relay) -> None:
    message = message_from_bytes(receive(relay, make_list()).raw, policy=default)
    parts = [each.get_content_type() for each in message.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


def test_a_subscriber_who_signs_up_again_finds_the_other_lists(
    client: FlaskClient, relay: Relay
) -> None:
    national = make_list()
    make_subscriber(ADDRESS, national)
    mail = receive(relay, national)
    home = f"{current_settings().base_url}/fr/"
    assert home in Markup(mail.part("html")).links
    assert home in mail.part("plain")
    assert not CODE.search(str(mail.message["Subject"]))


def test_a_spam_filter_finds_little_in_any_language(
    app: Flask, relay: Relay, tmp_path: Path
) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(
        settings, base_url="https://soutiens.parti.example", mail_from="lettre@parti.example"
    )
    email = email_of_request(request_to_join(ADDRESS, make_list(name="La Lettre")))
    send_emails([copy_of(email, language).id for language in LANGUAGES])
    scores, report = score_spam([mail.raw for mail in relay.mails], tmp_path)
    assert len(scores) == len(LANGUAGES)
    assert max(scores) <= MOST_SPAM, report
