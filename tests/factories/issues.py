"""Factories of campaigns that were sent, and of issues on the site."""

from supporters.archive.models import Issue
from supporters.archive.publication import publish_issue
from supporters.campaigns.models import Campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.lists.models import MailingList
from tests.factories.campaigns import RecordingTransport, launch, reload
from tests.factories.signups import make_subscriber

READER = "anna@example.org"
FIRST_NAME = "Annabelle"


def make_sent(
    mailing_list: MailingList,
    subject: str = "Des nouvelles",
    body: str = "Bonjour.",
    *,
    to: str = READER,
) -> Campaign:
    """Return a campaign that was sent to one reader, with a first name."""
    make_subscriber(to, mailing_list, given_name=FIRST_NAME)
    campaign_id = launch(mailing_list, subject, body)
    send_here(RecordingTransport())
    return reload(campaign_id)


def make_issue(
    mailing_list: MailingList,
    subject: str = "Des nouvelles",
    body: str = "Bonjour.",
    *,
    to: str = READER,
) -> Issue:
    """Return a sent campaign that is on the site."""
    campaign = make_sent(mailing_list, subject, body, to=to)
    issue = publish_issue(campaign.id, by_id=None)
    assert isinstance(issue, Issue), issue
    return issue


def path_of(issue: Issue, slug: str = "national", language: str = "fr") -> str:
    """Return the path of the page of an issue."""
    return f"/{language}/archive/{slug}/{issue.slug}"
