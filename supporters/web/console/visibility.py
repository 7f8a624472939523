"""Whom an account may see: who is on no list any more is in the officer's archive (REQ-39)."""

from flask import abort

from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.privacy_requests.models import Case, CaseKind
from supporters.privacy_requests.queries import find_open_contest
from supporters.web.console.console_blueprint import may_open

ARCHIVE = "console.archive"


def may_see(subscriber_id: int) -> bool:
    """Tell whether this account may see a person: on a list, or in the archive that it opens."""
    return may_open(ARCHIVE) or bool(list_subscriptions_of(subscriber_id))


def get_visible(subscriber_id: int) -> Subscriber:
    """Return a person whom this account may see; for all others there is no such page."""
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None or not may_see(subscriber_id):
        abort(404)
    return subscriber


def get_with_proof(subscriber_id: int) -> Subscriber:
    """Return a person whose proof this account may read: whom it may see, or who contests.

    Who says that they never signed up leaves every list by that, and owners read the proof of each
    before a campaign goes on.
    """
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None or not (may_see(subscriber_id) or find_open_contest(subscriber_id)):
        abort(404)
    return subscriber


def opens_proof(case: Case) -> bool:
    """Tell whether a case shows the way to the proof of its person, whoever they are."""
    return case.kind is CaseKind.CONTESTED and case.closed_at is None
