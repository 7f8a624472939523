"""The page of one person. An account opens a person first, and each opening is recorded."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from supporters import clock
from supporters.cases.queries import list_cases_of
from supporters.consent.models import ConsentEvent
from supporters.consent.queries import is_suppressed, list_events_of
from supporters.consent.suppression import EVERYTHING
from supporters.delivery.queries import list_deliveries_to
from supporters.lists.labels import name_of_purpose
from supporters.lists.queries import find_list_of_purpose, get_list, list_subscriptions_of
from supporters.personal_data import person_lookups
from supporters.personal_data.queries import is_being_erased
from supporters.questions.labels import answer_in_words, words_of
from supporters.questions.queries import list_answers_of
from supporters.signup_forms.used_forms import find_used_form
from supporters.team.list_scopes import ListScope
from supporters.web.console.cases.case_list_pages import CaseRow, describe_row
from supporters.web.console.console_blueprint import PERSON, console, may_open, team_only
from supporters.web.console.signup_forms.signup_form_pages import may_see_form
from supporters.web.console.visibility import current_scope, get_opened, get_visible
from supporters.web.forms import EmptyForm

DELIVERIES_SHOWN = 100
Shown = dict[str, object]


@console.route(f"/people/{PERSON}/open", methods=["GET", "POST"])
@team_only
def open_person(subscriber_id: int) -> ResponseReturnValue:
    """Open a person: record it, and show their page; or ask for a reason at the limit."""
    subscriber, form, now = get_visible(subscriber_id), EmptyForm(), clock.now()
    if form.validate_on_submit():
        outcome = person_lookups.open_person(subscriber_id)
        if outcome is person_lookups.OpenPersonResult.UNKNOWN:
            abort(404)
        if outcome is person_lookups.OpenPersonResult.LIMIT_REACHED:
            return redirect(url_for("console.more_lookups"), 303)
    elif not person_lookups.is_opened(subscriber_id, current_user.id, now):
        allowance = person_lookups.get_allowance(current_user.id, now)
        return render_template(
            "console/people/person_open.html", subscriber=subscriber, form=form, allowance=allowance
        )
    return redirect(url_for("console.person", subscriber_id=subscriber_id), 303)


@console.get(f"/people/{PERSON}")
@team_only
def person(subscriber_id: int) -> str:
    """Show one person, without the lists that this account may not see."""
    subscriber, scope, now = get_opened(subscriber_id), current_scope(), clock.now()
    return render_template(
        "console/people/person.html",
        subscriber=subscriber,
        subscriptions=_list_subscriptions(subscriber_id, scope),
        answers=_list_answers(subscriber_id, scope),
        events=_list_events(subscriber_id, scope),
        cases=_list_cases(subscriber_id),
        is_being_erased=is_being_erased(subscriber_id),
        has_objected=is_suppressed(subscriber.address_mac, [EVERYTHING], now),
        deliveries=_list_deliveries(subscriber_id, scope),
        allowance=person_lookups.get_allowance(current_user.id, now),
    )


def _list_subscriptions(subscriber_id: int, scope: ListScope) -> list[Shown]:
    return [
        {"list_name": mailing_list.name, "since": subscription.subscribed_at}
        for subscription, mailing_list in list_subscriptions_of(subscriber_id)
        if scope.covers(mailing_list.id)
    ]


def _list_answers(subscriber_id: int, scope: ListScope) -> list[Shown]:
    return [
        {
            "label": words_of(each.question).label,
            "words": answer_in_words(each.question, each.value),
            "list_name": get_list(each.question.list_id).name,
            "expires_at": each.expires_at,
        }
        for each in list_answers_of(subscriber_id)
        if scope.covers(each.question.list_id)
    ]


def _list_events(subscriber_id: int, scope: ListScope) -> list[Shown]:
    return [
        {
            "kind": event.kind,
            "method": event.method,
            "requested_at": event.requested_at,
            "occurred_at": event.occurred_at,
            "wording": wording,
            "form": _describe_form(event),
            "list_name": name_of_purpose(event.purpose_id) if event.purpose_id else "",
        }
        for event, wording in list_events_of(subscriber_id)
        if event.purpose_id is None or _covers_purpose(scope, event.purpose_id)
    ]


def _describe_form(event: ConsentEvent) -> Shown | None:
    """Return the form that the person used: its title then, and its page if it may be seen."""
    used = find_used_form(event)
    if used is None:
        return None
    place = url_for("console.show_signup_form", form_id=used.form.id)
    return {"title": used.title, "url": place if may_see_form(used.form) else None}


def _covers_purpose(scope: ListScope, purpose_id: int) -> bool:
    """Tell whether the list of a purpose is within a scope. Others need every list."""
    if scope.list_ids is None:
        return True
    mailing_list = find_list_of_purpose(purpose_id)
    return mailing_list is not None and scope.covers(mailing_list.id)


def _list_deliveries(subscriber_id: int, scope: ListScope) -> list[Shown]:
    return [
        {
            "campaign_id": campaign.id,
            "subject": campaign.subject,
            "status": delivery.status,
            "reply": delivery.reply,
            "settled_at": delivery.settled_at,
        }
        for delivery, campaign in list_deliveries_to(subscriber_id, limit=DELIVERIES_SHOWN)
        if scope.covers(campaign.mailing_list_id)
    ]


def _list_cases(subscriber_id: int) -> list[CaseRow]:
    """Return the cases of a person, for accounts that may open cases."""
    if not may_open("console.cases"):
        return []
    now = clock.now()
    return [describe_row(case, now) for case in list_cases_of(subscriber_id)]
