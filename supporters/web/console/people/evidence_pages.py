"""The evidence pack of a person, for owners and the data protection officer, after a reason.

The account that gave the reason can open and save the pack for an hour, while it may see the
person or their dispute is open.
"""

import json
from functools import partial
from typing import NamedTuple

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_login import current_user

from supporters import clock
from supporters.cases.models import CaseKind
from supporters.cases.queries import find_open_dispute
from supporters.consent.page_snapshots import open_snapshot
from supporters.consent.queries import find_snapshot
from supporters.consent.record_models import Disclosure
from supporters.evidence.evidence_disclosure import (
    disclose_evidence,
    find_disclosure,
    render_evidence,
)
from supporters.evidence.evidence_pack import gather_evidence
from supporters.people.models import Subscriber
from supporters.people.rules import mask_address
from supporters.web.console.console_blueprint import (
    PAGE,
    PERSON,
    console,
    owners_and_dpo_only,
    recent_password_required,
)
from supporters.web.console.people.person_forms import EvidenceForm
from supporters.web.console.visibility import get_person_with_evidence, may_see
from supporters.web.headers import show_as_email
from supporters.web.labels import label

DISCLOSURE = f"<int(max={2**63 - 1}):disclosure_id>"
PACK = f"/people/{PERSON}/evidence/{DISCLOSURE}"


class BackLink(NamedTuple):
    """The link back: to the person, or to the case if the account may not see the person."""

    url: str
    words: str


@console.route(f"/people/{PERSON}/evidence", methods=["GET", "POST"])
@owners_and_dpo_only
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


@console.get(PACK)
@owners_and_dpo_only
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


@console.get(f"{PACK}/evidence.json")
@owners_and_dpo_only
@recent_password_required
def evidence_json(subscriber_id: int, disclosure_id: int) -> ResponseReturnValue:
    """Send the pack as JSON."""
    _get_disclosure(subscriber_id, disclosure_id)
    pack = gather_evidence(get_person_with_evidence(subscriber_id), now=clock.now())
    body = json.dumps(pack, ensure_ascii=False, indent=2)
    return _as_file(f"{body}\n", "application/json", f"evidence-{disclosure_id}.json")


@console.get(f"{PACK}/evidence.html")
@owners_and_dpo_only
@recent_password_required
def evidence_html(subscriber_id: int, disclosure_id: int) -> ResponseReturnValue:
    """Send the pack as one HTML file."""
    _get_disclosure(subscriber_id, disclosure_id)
    pack = gather_evidence(get_person_with_evidence(subscriber_id), now=clock.now())
    show_as_email()
    return _as_file(
        render_evidence(pack, str(get_locale())), "text/html", f"evidence-{disclosure_id}.html"
    )


@console.get(f"{PACK}/pages/{PAGE}")
@owners_and_dpo_only
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
