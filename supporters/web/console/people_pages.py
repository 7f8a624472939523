"""The people: search, and the page of one person. Unconfirmed addresses are never shown.

People without a subscription are in the archive. Only the data protection officer opens it.
"""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters import clock
from supporters.consent.queries import is_suppressed, list_events_of
from supporters.consent.suppression import EVERYTHING
from supporters.delivery.queries import list_deliveries_to
from supporters.encryption import SealBroken
from supporters.extensions import current_sealer
from supporters.lists.labels import name_of_purpose
from supporters.lists.people_search import count_people, search_people
from supporters.lists.queries import list_purpose_ids_within, list_subscriptions_of
from supporters.lists.subscriptions import object_to_everything
from supporters.personal_data.queries import is_being_erased
from supporters.privacy_requests.queries import list_cases_of
from supporters.web.console.case_list_pages import CaseRow, describe_row
from supporters.web.console.console_blueprint import (
    PERSON,
    console,
    dpo_only,
    may_open,
    team_only,
)
from supporters.web.console.forms.person_forms import SearchForm
from supporters.web.console.visibility import ARCHIVE, current_scope, get_visible
from supporters.web.forms import EmptyForm

DELIVERIES_SHOWN = 100
SEARCH = "search:"


@console.route("/people", methods=["GET", "POST"])
@team_only
def people() -> ResponseReturnValue:
    """Show the people that a search finds, or all subscribers."""
    return _show_directory("console.people", "console/people.html", in_archive=False)


@console.route("/people/archive", methods=["GET", "POST"])
@dpo_only
def archive() -> ResponseReturnValue:
    """Show people without a subscription. Their proofs are kept for the retention time (REQ-39)."""
    return _show_directory(ARCHIVE, "console/archive.html", in_archive=True)


def _show_directory(endpoint: str, template: str, *, in_archive: bool) -> ResponseReturnValue:
    form = SearchForm()
    if form.is_submitted():
        return redirect(url_for(endpoint, search=_seal(form.words())), 303)
    if form.is_fresh():
        form.q.data = _open(request.args.get("search", ""))
    return render_template(
        template,
        form=form,
        page=search_people(
            form.words(),
            request.args.get("page", 1, type=int),
            in_archive=in_archive,
            scope=current_scope(),
        ),
        total=count_people(in_archive=in_archive, scope=current_scope()),
        search_token=request.args.get("search"),
    )


def _seal(words: str) -> str | None:
    """Return an encrypted search for a link, so that the link tells no address."""
    return current_sealer().seal(f"{SEARCH}{words}".encode()).decode() if words else None


def _open(token: str) -> str:
    """Return the search of a link, or an empty text for an invalid one."""
    try:
        words = current_sealer().open(token.encode()).decode()
    except SealBroken:
        return ""
    return words.removeprefix(SEARCH) if words.startswith(SEARCH) else ""


@console.get(f"/people/{PERSON}")
@team_only
def person(subscriber_id: int) -> str:
    """Show one person."""
    subscriber, scope = get_visible(subscriber_id), current_scope()
    purpose_ids = list_purpose_ids_within(scope)
    return render_template(
        "console/person.html",
        subscriber=subscriber,
        subscriptions=[
            {"list_name": mailing_list.name, "since": subscription.subscribed_at}
            for subscription, mailing_list in list_subscriptions_of(subscriber_id)
            if scope.covers(mailing_list.id)
        ],
        events=[
            {
                "kind": event.kind,
                "method": event.method,
                "requested_at": event.requested_at,
                "occurred_at": event.occurred_at,
                "wording": wording,
                "list_name": name_of_purpose(event.purpose_id) if event.purpose_id else "",
            }
            for event, wording in list_events_of(subscriber_id)
            if purpose_ids is None or event.purpose_id in purpose_ids
        ],
        cases=_list_cases(subscriber_id),
        is_being_erased=is_being_erased(subscriber_id),
        has_objected=is_suppressed(subscriber.address_mac, [EVERYTHING], clock.now()),
        deliveries=[
            {
                "subject": campaign.subject,
                "status": delivery.status,
                "reply": delivery.reply,
                "settled_at": delivery.settled_at,
            }
            for delivery, campaign in list_deliveries_to(
                subscriber_id, limit=DELIVERIES_SHOWN, scope=scope
            )
        ],
    )


@console.route(f"/people/{PERSON}/stop", methods=["GET", "POST"])
@team_only
def stop_writing(subscriber_id: int) -> ResponseReturnValue:
    """Record an objection that a person made by phone, by post or in person."""
    subscriber = get_visible(subscriber_id)
    form = EmptyForm()
    if form.validate_on_submit():
        object_to_everything(subscriber_id)
        flash(gettext("The objection is recorded. We no longer write to this person."), "success")
        if may_open(ARCHIVE):
            return redirect(url_for("console.person", subscriber_id=subscriber_id), 303)
        return redirect(url_for("console.people"), 303)
    return render_template("console/stop_writing.html", subscriber=subscriber, form=form)


def _list_cases(subscriber_id: int) -> list[CaseRow]:
    """Return the cases of a person, for accounts that may open cases."""
    if not may_open("console.cases"):
        return []
    now = clock.now()
    return [describe_row(case, now) for case in list_cases_of(subscriber_id)]
