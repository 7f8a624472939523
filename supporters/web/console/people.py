"""The people: search, and one person with what they agreed to. Never an unconfirmed address."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import StringField

from supporters import clock
from supporters.consent.queries import is_suppressed, list_events_of
from supporters.consent.suppressing import EVERYTHING
from supporters.delivery.queries import list_deliveries_to
from supporters.lists.directory import count_people, search_people
from supporters.lists.leaving import object_to_everything
from supporters.lists.queries import list_lists, list_subscriptions_of
from supporters.people.models import MAX_ADDRESS, Subscriber
from supporters.people.queries import find_subscriber
from supporters.web.console.blueprint import PERSON, console
from supporters.web.forms import EmptyForm, Form

DELIVERIES_SHOWN = 100


class SearchForm(Form):
    """The search field."""

    class Meta(Form.Meta):
        """Searching changes nothing, so it needs no token."""

        csrf = False

    q = StringField()


@console.get("/people")
def people() -> str:
    """Show the people that a search finds, or everyone."""
    form = SearchForm(request.args)
    words = (form.q.data or "").replace("\0", "")[:MAX_ADDRESS]
    return render_template(
        "console/people.html",
        form=form,
        page=search_people(words, request.args.get("page", 1, type=int)),
        total=count_people(),
    )


@console.get(f"/people/{PERSON}")
def person(subscriber_id: int) -> str:
    """Show one person."""
    subscriber = _get(subscriber_id)
    names = {each.purpose_id: each.name for each in list_lists()}
    return render_template(
        "console/person.html",
        subscriber=subscriber,
        subscriptions=[
            {"list_name": mailing_list.name, "since": subscription.subscribed_at}
            for subscription, mailing_list in list_subscriptions_of(subscriber_id)
        ],
        events=[
            {
                "kind": event.kind,
                "method": event.method,
                "requested_at": event.requested_at,
                "occurred_at": event.occurred_at,
                "wording": wording,
                "list_name": names.get(event.purpose_id or 0, ""),
            }
            for event, wording in list_events_of(subscriber_id)
        ],
        has_objected=is_suppressed(subscriber.address_mac, [EVERYTHING], clock.now()),
        deliveries=[
            {
                "subject": campaign.subject,
                "status": delivery.status,
                "settled_at": delivery.settled_at,
            }
            for delivery, campaign in list_deliveries_to(subscriber_id, limit=DELIVERIES_SHOWN)
        ],
    )


@console.route(f"/people/{PERSON}/stop", methods=["GET", "POST"])
def stop_writing(subscriber_id: int) -> ResponseReturnValue:
    """Record an objection that a person made by voice or letter."""
    subscriber = _get(subscriber_id)
    form = EmptyForm()
    if form.validate_on_submit():
        object_to_everything(subscriber_id)
        flash(gettext("The objection is recorded. We no longer write to this person."), "success")
        return redirect(url_for("console.person", subscriber_id=subscriber_id), 303)
    return render_template("console/stop_writing.html", subscriber=subscriber, form=form)


def _get(subscriber_id: int) -> Subscriber:
    subscriber = find_subscriber(subscriber_id)
    if subscriber is None:
        abort(404)
    return subscriber
