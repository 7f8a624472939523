"""The page of one person, and their evidence pack. Each opening is recorded.

An account opens a person first. The pack is for owners and the data protection officer.
The account that gave the reason can open and save the pack for an hour, while it may see the
person or their dispute is open.
"""

import json
from functools import cache, partial
from typing import NamedTuple

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from supporters import clock
from supporters.cases.models import CaseKind
from supporters.cases.queries import find_open_dispute, list_cases_of
from supporters.consent.models import ConsentEvent
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.queries import find_snapshot, is_suppressed, list_events_of
from supporters.consent.record_models import Disclosure
from supporters.consent.suppression import EVERYTHING
from supporters.delivery.after_sending.cancelled_reach import find_cancelled_reach
from supporters.delivery.queries import list_deliveries_to
from supporters.evidence.evidence_disclosure import (
    disclose_evidence,
    find_disclosure,
    render_evidence,
)
from supporters.evidence.evidence_pack import gather_evidence
from supporters.lists.queries import (
    find_list_of_purpose,
    get_list,
    list_subscriptions_of,
    name_of_purpose,
)
from supporters.mailbox_health.queries import list_failures_of
from supporters.people.models import Subscriber
from supporters.people.rules import mask_address
from supporters.personal_data import person_lookups
from supporters.personal_data.queries import is_being_erased
from supporters.questions.queries import answer_in_words, list_answers_of, words_of
from supporters.signup_forms.used_forms import find_used_form
from supporters.team.list_scopes import ListScope
from supporters.web.console.cases.case_pages import CaseRow, describe_row
from supporters.web.console.console_blueprint import (
    PAGE,
    PERSON,
    for_owners_and_dpo,
    for_team,
    may_open,
    recent_password_required,
)
from supporters.web.console.people.person_forms import EvidenceForm
from supporters.web.console.signup_forms.signup_form_pages import may_see_form
from supporters.web.console.visibility import (
    current_scope,
    get_opened,
    get_person_with_evidence,
    get_visible,
    may_see,
)
from supporters.web.forms import EmptyForm
from supporters.web.headers import show_as_email
from supporters.web.labels import label

DELIVERIES_SHOWN = 100
Shown = dict[str, object]
DISCLOSURE = f"<int(max={2**63 - 1}):disclosure_id>"
PACK = f"/people/{PERSON}/evidence/{DISCLOSURE}"


@for_team.route(f"/people/{PERSON}/open", methods=["GET", "POST"])
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


@for_team.get(f"/people/{PERSON}")
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
        failures=list_failures_of(subscriber_id),
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
    name_of = cache(name_of_purpose)
    return [
        {
            "campaign_id": campaign.id,
            "subject": campaign.subject,
            "list": name_of(delivery.purpose_id),
            "status": delivery.status,
            "reply": delivery.reply,
            "settled_at": delivery.settled_at,
            "reach": find_cancelled_reach(campaign),
        }
        for delivery, campaign in list_deliveries_to(subscriber_id, limit=DELIVERIES_SHOWN)
        if scope.covers_all(campaign.list_ids)
    ]


def _list_cases(subscriber_id: int) -> list[CaseRow]:
    """Return the cases of a person, for accounts that may open cases."""
    if not may_open("console.cases"):
        return []
    now = clock.now()
    return [describe_row(case, now) for case in list_cases_of(subscriber_id)]


class BackLink(NamedTuple):
    """The link back: to the person, or to the case if the account may not see the person."""

    url: str
    words: str


@for_owners_and_dpo.route(f"/people/{PERSON}/evidence", methods=["GET", "POST"])
@recent_password_required
def evidence(subscriber_id: int) -> ResponseReturnValue:
    """Ask for a reason, record it, and redirect to the pack."""
    way_back = _way_back(get_person_with_evidence(subscriber_id))
    form = EvidenceForm()
    if form.validate_on_submit():
        reason = " ".join((form.reason.data or "").split())
        made = disclose_evidence(subscriber_id, asked_by=current_user.email, reason=reason)
        if isinstance(made, Disclosure):
            return redirect(_page_of(made), 303)
        form.form_errors.append(label(made))
    return form.render("console/people/evidence_ask.html", way_back=way_back)


@for_owners_and_dpo.get(PACK)
@recent_password_required
def evidence_pack(subscriber_id: int, disclosure_id: int) -> ResponseReturnValue:
    """Show the pack."""
    disclosure = _find_disclosure(subscriber_id, disclosure_id)
    if disclosure is None:
        return redirect(url_for("console.evidence", subscriber_id=subscriber_id))
    subscriber = get_person_with_evidence(subscriber_id)
    pack = gather_evidence(subscriber, now=clock.now())
    place = partial(url_for, "console.evidence_page", **(request.view_args or {}))
    return render_template(
        "console/people/evidence.html",
        subscriber=subscriber,
        way_back=_way_back(subscriber),
        disclosure=disclosure,
        pack=pack,
        page_urls={page["id"]: place(page_id=page["id"]) for page in pack["pages"]},
    )


@for_owners_and_dpo.get(f"{PACK}/evidence.json")
@recent_password_required
def evidence_json(subscriber_id: int, disclosure_id: int) -> ResponseReturnValue:
    """Send the pack as JSON."""
    _get_disclosure(subscriber_id, disclosure_id)
    pack = gather_evidence(get_person_with_evidence(subscriber_id), now=clock.now())
    body = json.dumps(pack, ensure_ascii=False, indent=2)
    return _as_file(f"{body}\n", "application/json", f"evidence-{disclosure_id}.json")


@for_owners_and_dpo.get(f"{PACK}/evidence.html")
@recent_password_required
def evidence_html(subscriber_id: int, disclosure_id: int) -> ResponseReturnValue:
    """Send the pack as one HTML file."""
    _get_disclosure(subscriber_id, disclosure_id)
    pack = gather_evidence(get_person_with_evidence(subscriber_id), now=clock.now())
    show_as_email()
    return _as_file(
        render_evidence(pack, str(get_locale())), "text/html", f"evidence-{disclosure_id}.html"
    )


@for_owners_and_dpo.get(f"{PACK}/pages/{PAGE}")
@recent_password_required
def evidence_page(subscriber_id: int, disclosure_id: int, *, page_id: int) -> ResponseReturnValue:
    """Show a page snapshot, for the sandboxed frame of the pack."""
    get_person_with_evidence(subscriber_id)
    _get_disclosure(subscriber_id, disclosure_id)
    page = find_snapshot(page_id) or abort(404)
    show_as_email()
    return open_snapshot(page)


def _as_file(body: str, mimetype: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body, mimetype=mimetype, headers=headers)


def _page_of(disclosure: Disclosure) -> str:
    return url_for(
        "console.evidence_pack",
        subscriber_id=disclosure.subscriber_id,
        disclosure_id=disclosure.id,
    )


def _way_back(person: Subscriber) -> BackLink:
    dispute = None if may_see(person.id) else find_open_dispute(person.id)
    if dispute is None:
        url = url_for("console.person", subscriber_id=person.id)
        return BackLink(url, mask_address(person.address))
    url = url_for("console.show_case", case_id=dispute.id)
    return BackLink(url, label(CaseKind.DISPUTE))


def _find_disclosure(subscriber_id: int, disclosure_id: int) -> Disclosure | None:
    return find_disclosure(
        disclosure_id, subscriber_id, asked_by=current_user.email, now=clock.now()
    )


def _get_disclosure(subscriber_id: int, disclosure_id: int) -> Disclosure:
    return _find_disclosure(subscriber_id, disclosure_id) or abort(404)
