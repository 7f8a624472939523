"""The routes of sent campaigns: they go on the site, come back off, and others follow them."""

from sqlalchemy import text

from supporters.archive.models import Issue
from supporters.archive.publication import publish_issue
from supporters.database import db, transaction
from tests.architecture.entry_points.rows import Values, nobody
from tests.architecture.scenario import Scenario


def _sent(scenario: Scenario) -> dict[str, object]:
    """Return a campaign that was sent."""
    with transaction():  # sending may be held in this scenario
        db.session.execute(
            text("UPDATE campaign SET status = 'sent' WHERE launched_at IS NOT NULL")
        )
    return {"campaign_id": scenario.running_id}


def _accepted(scenario: Scenario) -> dict[str, object]:
    """Return a campaign that everybody got, and that a correction can follow."""
    with transaction():
        db.session.execute(text("UPDATE delivery SET status = 'accepted'"))
        db.session.execute(text("UPDATE delivery_batch SET accepted = size, due_at = NULL"))
    return {**_sent(scenario), "again_to": "same_people"}


def _issue(scenario: Scenario) -> Issue:
    """Return a campaign that is on the site."""
    _sent(scenario)
    issue = publish_issue(scenario.running_id, by_id=None)
    assert isinstance(issue, Issue), issue
    return issue


ISSUE_ROUTES = {
    "console.follow_up": nobody(_accepted),
    "console.publish": nobody(_sent),
    "console.take_off_site": nobody(lambda scenario: {"campaign_id": _issue(scenario).campaign_id}),
    "console.change_archive": nobody(with_=lambda _: {"ask": "yes"}),
}
ISSUE_PAGES: dict[str, Values] = {
    "console.publish": _sent,
    "public.issue": lambda scenario: {"issue_slug": _issue(scenario).slug},
}
