"""An issue of a campaign in several languages: each page has the text in its own."""

import pytest
from flask.testing import FlaskClient

from supporters.archive.models import Issue
from supporters.archive.publication import PublishError, publish_issue
from supporters.archive.queries import read_issue
from supporters.campaigns.models import Campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.mail.links import link_to
from tests.factories.approvals import launch_ready
from tests.factories.campaigns import RecordingTransport
from tests.factories.drafts import make_campaign, write_in
from tests.factories.issues import READER, path_of
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber

pytestmark = pytest.mark.usefixtures("app")


def make_sent_in_two(body: str) -> Campaign:
    """Return a campaign that was sent in French, and in English with this text."""
    mailing_list = make_list()
    make_subscriber(READER, mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "Bonjour.")
    write_in(draft, "en", "Saturday", body)
    launch_ready(draft.id)
    send_here(RecordingTransport())
    return draft


def test_an_issue_is_read_in_the_language_of_the_page(client: FlaskClient) -> None:
    issue = publish_issue(make_sent_in_two("Hello.").id, by_id=None)
    assert isinstance(issue, Issue)

    read = {each: read_issue(issue.version_id, each) for each in ("fr", "en", "de")}
    pages = {each: client.get(path_of(issue, language=each)).text for each in ("fr", "en")}

    titles = {each: text.article.title for each, text in read.items() if text}
    assert titles == {"fr": "Samedi", "en": "Saturday", "de": "Samedi"}
    for language, other, title in (("fr", "en", "Samedi"), ("en", "fr", "Saturday")):
        assert f'<h1 lang="{language}" dir="auto">{title}</h1>' in pages[language]
        assert f'rel="alternate" hreflang="{other}"' in pages[language]


def test_a_personal_link_in_any_language_keeps_the_email_off_the_site() -> None:
    leave = link_to("public.leave", token="x")
    sent = make_sent_in_two(f"Hello, [leave the list]({leave}).")

    assert publish_issue(sent.id, by_id=None) is PublishError.PERSONAL_LINK
