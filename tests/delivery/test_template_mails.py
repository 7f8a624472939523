"""The mail of each ready template, in each language: readable everywhere, and no spam."""

import json
import re
from dataclasses import replace
from html import unescape
from itertools import product
from pathlib import Path

from flask import Flask

from supporters import clock
from supporters.campaigns.beginnings.starting_texts import ReadyTemplate, read_ready
from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.drafts import CampaignDraft, create_campaign
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.languages import TEAM_LANGUAGES
from supporters.lists.models import MailingList
from tests.delivery.message.test_frozen_versions import Reader
from tests.factories.lists import make_list
from tests.factories.team_texts import fill_in, filled_document
from tests.machinery.prepared_states import begins_with
from tests.markup import Markup
from tests.servers.relay import Received
from tests.spam_scores import score_spam

Mails = dict[tuple[ReadyTemplate, str], bytes]

KNOWN = json.loads((Path(__file__).parent / "caniemail.json").read_text(encoding="utf-8"))
DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:")
STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)
TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)  # for Outlook on Windows
HIDDEN = re.compile(r'<div style="display: none;.*?</div>', re.DOTALL)
# Where a mail program doesn't know it, readers lose no word.
TOLERATED = {
    "border-radius": "corners are square",
    "height": "the attribute of the picture says it too",
    "text-decoration": "the words of buttons are underlined",
    "max-height": "display hides the first words of the inbox as well",
    "overflow-wrap": "a pasted address makes the email wider",
    "word-break": "a pasted address makes the email wider",
    "overflow": "display hides the first words of the inbox as well",
}
OF_OUTLOOK = {"mso-padding-alt"}
MOST_SPAM = 0.0


def write_mails(app: Flask) -> Mails:
    """Return the message of each template, with its gaps filled in."""
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(
        settings, base_url="https://soutiens.parti.example", mail_from="lettre@parti.example"
    )
    mailing_list = make_list()
    return {
        (template, language): write_mail(mailing_list, template, language)
        for template, language in product(ReadyTemplate, TEAM_LANGUAGES)
    }


def write_mail(mailing_list: MailingList, template: ReadyTemplate, language: str) -> bytes:
    """Return the message of a template as the relay gets it."""
    start = read_ready(template, language)
    draft = CampaignDraft(
        mailing_list_id=mailing_list.id,
        language=language,
        subject=fill_in(start.subject),
        preheader=fill_in(start.preheader),
        document=filled_document(template, language),
    )
    campaign = create_campaign(draft, author_id=None)
    assert find_campaign_faults(campaign) == []
    reader = Reader(7, "anna@example.org", "Anna", clock.now(), mailing_list.purpose_id)
    compiled = CompiledMessage(freeze_campaign(campaign, mailing_list))
    return compiled.write(reader, sent_at=clock.now()).content


pytestmark = begins_with(write_mails)


def html_of(content: bytes) -> str:
    """Return the HTML of a message, without the words that only an inbox shows."""
    return COMMENT.sub("", HIDDEN.sub("", Received("", "", content).part("html")))


def words_of(text: str) -> list[str]:
    """Return the words of a text, without addresses and marks."""
    return re.findall(r"\w+", re.sub(r"https?://\S+", " ", text).casefold())


def test_html_and_text_say_the_same(prepared: Mails) -> None:
    for content in prepared.values():
        html, text = html_of(content), Received("", "", content).part("plain")
        shown = words_of(unescape(TAG.sub(" ", STYLE.sub("", TITLE.sub("", html)))))
        read = words_of(text)
        assert {*shown} == {*read}


def test_every_property_and_element_is_known_to_mail_programs(prepared: Mails) -> None:
    for content in prepared.values():
        html = STYLE.sub("", html_of(content))
        markup = Markup(html)
        styles = [value for name, value in markup.attributes if name == "style"]
        properties = {each for style in styles for each in DECLARATION.findall(style)} - OF_OUTLOOK
        assert properties - KNOWN["css"].keys() == set()
        assert {each for each in properties if KNOWN["css"][each]} <= TOLERATED.keys()
        assert markup.tags - KNOWN["html"].keys() == set()
        assert {each for each in markup.tags if KNOWN["html"][each]} <= {"body"}  # as the table


def test_the_message_can_be_read_without_its_style_sheet(prepared: Mails) -> None:
    for content in prepared.values():
        for tag in re.findall(r"<(?:p|h\d|td|a)\b[^>]*>", STYLE.sub("", html_of(content))):
            assert "style=" in tag or "class=" not in tag, tag


def test_a_spam_filter_has_nothing_to_say(prepared: Mails, tmp_path: Path) -> None:
    scores, report = score_spam(prepared.values(), tmp_path)
    assert max(scores) <= MOST_SPAM, report
