"""The lists and people that an account may see.

Everything else is answered with 404 (REQ-125). People without a subscription are in the archive
(REQ-39).
"""

from flask import abort, g, redirect, url_for
from flask_login import current_user

from supporters import clock
from supporters.cases.models import Case, CaseKind
from supporters.cases.queries import find_open_dispute
from supporters.lists.queries import list_subscriptions_of
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber
from supporters.personal_data.person_lookups import is_opened
from supporters.team.list_scopes import ListScope, scope_of
from supporters.web.console.console_blueprint import may_open

ARCHIVE = "console.archive"


def current_scope() -> ListScope:
    """Return the lists that the account of this request may see."""
    if "list_scope" not in g:
        g.list_scope = scope_of(current_user)
    scope: ListScope = g.list_scope
    return scope


def may_see(subscriber_id: int) -> bool:
    """Tell whether this account may see a person: on a list of its scope, or in an open archive."""
    list_ids = [each.mailing_list_id for each, _ in list_subscriptions_of(subscriber_id)]
    scope = current_scope()
    if scope.list_ids is not None:
        return scope.covers_any(list_ids)
    return may_open(ARCHIVE) or bool(list_ids)


def may_see_case(case: Case) -> bool:
    """Tell whether this account may see a case. One about nobody known needs every list."""
    if current_scope().list_ids is None:
        return True
    return case.subscriber_id is not None and may_see(case.subscriber_id)


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
    if subscriber is None or not (may_see(subscriber_id) or _is_disputed(subscriber_id)):
        abort(404)
    return subscriber


def _is_disputed(subscriber_id: int) -> bool:
    return current_scope().list_ids is None and find_open_dispute(subscriber_id) is not None


def links_to_evidence(case: Case) -> bool:
    """Tell whether a case links to the evidence of its person, even of an invisible one."""
    return case.kind is CaseKind.DISPUTE and case.closed_at is None
