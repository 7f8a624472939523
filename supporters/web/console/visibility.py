"""The people that an account may see. People without a subscription are in the archive (REQ-39)."""

from flask import abort, redirect, url_for
from flask_login import current_user

from supporters import clock
from supporters.lists.queries import list_subscriptions_of
from supporters.organisers.list_scopes import ListScope, scope_of
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.personal_data.person_lookups import is_opened
from supporters.privacy_requests.models import Case, CaseKind
from supporters.privacy_requests.queries import find_open_dispute
from supporters.web.console.console_blueprint import may_open

ARCHIVE = "console.archive"


def current_scope() -> ListScope:
    """Return the lists that this account may see."""
    return scope_of(current_user)


def may_see(subscriber_id: int) -> bool:
    """Tell whether this account may see a person: on a list of its scope, or in an open archive."""
    scope = current_scope()
    return may_open(ARCHIVE) or any(
        scope.covers(mailing_list.id) for _, mailing_list in list_subscriptions_of(subscriber_id)
    )


def get_visible(subscriber_id: int) -> Subscriber:
    """Return a person that this account may see, or answer 404."""
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None or not may_see(subscriber_id):
        abort(404)
    return subscriber


def get_opened(subscriber_id: int) -> Subscriber:
    """Return a person that this account may see and has opened, or lead to the page that opens."""
    subscriber = get_visible(subscriber_id)
    if not is_opened(subscriber_id, current_user.id, clock.now()):
        abort(redirect(url_for("console.open_person", subscriber_id=subscriber_id), 303))
    return subscriber


def get_person_with_evidence(subscriber_id: int) -> Subscriber:
    """Return a person whose evidence this account may read: visible, or with an open dispute.

    A dispute ends all subscriptions of the person, and owners read the evidence of each dispute
    before they resume a campaign.
    """
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None or not (may_see(subscriber_id) or find_open_dispute(subscriber_id)):
        abort(404)
    return subscriber


def links_to_evidence(case: Case) -> bool:
    """Tell whether a case links to the evidence of its person, even of an invisible one."""
    return case.kind is CaseKind.DISPUTE and case.closed_at is None
