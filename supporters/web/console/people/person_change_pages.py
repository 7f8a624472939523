"""Changes at a person's request by phone, by post or in person: stop writing, correct."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _
from flask_login import current_user

from supporters import clock
from supporters.cases import stop_writing as stopping
from supporters.cases.acts_on_behalf import OnBehalfError, count_left, find_limit
from supporters.cases.case_fulfilment import CorrectPersonResult, Grounds, correct_at_request
from supporters.cases.departures import UNDO_LIFETIME
from supporters.cases.models import CaseKind, Channel, StoredText
from supporters.cases.queries import list_open_cases_of
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.web.console.console_blueprint import (
    PERSON,
    console,
    owners_and_dpo_only,
    recent_password_required,
    team_only,
)
from supporters.web.console.people.person_forms import CorrectionForm, StopForm
from supporters.web.console.visibility import get_opened, may_see
from supporters.web.labels import label

GONE = (_("This person doesn’t exist here any more."), "error")
AFTER_CORRECTING: dict[CorrectPersonResult, tuple[LazyString, str]] = {
    CorrectPersonResult.DONE: (_("Their data is corrected, and the case is closed."), "success"),
    CorrectPersonResult.SAME: (_("Nothing was different, so nothing was changed."), "info"),
    CorrectPersonResult.RESTRICTED: (
        _("Their data is restricted, so it can’t be corrected. Lift the restriction first."),
        "error",
    ),
    CorrectPersonResult.UNKNOWN: GONE,
}


@console.route(f"/people/{PERSON}/stop", methods=["GET", "POST"])
@team_only
@recent_password_required
def stop_writing(subscriber_id: int) -> ResponseReturnValue:
    """Record an objection that a person made by phone, by post or in person."""
    subscriber, form = get_opened(subscriber_id), StopForm()
    if form.validate_on_submit():
        channel, note = Channel(form.channel.data), form.note.data or ""
        outcome = stopping.stop_writing(subscriber_id, channel, by=current_user.id, note=note)
        if outcome is not OnBehalfError.LIMIT_REACHED:
            return _redirect_after_stop(subscriber_id, outcome)
        form.form_errors.append(label(outcome))
    return _show_stop(subscriber, form)


def _show_stop(subscriber: Subscriber, form: StopForm) -> ResponseReturnValue:
    return form.render(
        "console/people/stop_writing.html",
        subscriber=subscriber,
        left=count_left(current_user.id),
        most=find_limit(current_user.id),
        days=UNDO_LIFETIME.days,
        has_objected=is_suppressed(subscriber.address_mac, [EVERYTHING], clock.now()),
    )


def _redirect_after_stop(
    subscriber_id: int, outcome: stopping.StopWritingResult | OnBehalfError
) -> ResponseReturnValue:
    if outcome is stopping.StopWritingResult.DONE:
        flash(gettext("The objection is recorded. We no longer write to this person."), "success")
    else:
        flash(str(GONE[0]), GONE[1])
    if may_see(subscriber_id):
        return redirect(url_for("console.person", subscriber_id=subscriber_id), 303)
    return redirect(url_for("console.people"), 303)


@console.route(f"/people/{PERSON}/correct", methods=["GET", "POST"])
@owners_and_dpo_only
@recent_password_required
def correct_person(subscriber_id: int) -> ResponseReturnValue:
    """Correct the first name and the language, at the request of the person."""
    subscriber = get_opened(subscriber_id)
    form = CorrectionForm(data=vars(profile_of(subscriber)))
    asked = list_open_cases_of(subscriber_id, CaseKind.RECTIFICATION)
    if asked:
        del form.channel
    if form.validate_on_submit():
        channel = asked[0].channel if asked else Channel(form.channel.data)
        grounds = Grounds(reason=StoredText.DONE_AT_ONCE.value, channel=channel, by=current_user.id)
        outcome = correct_at_request(subscriber_id, form.read_profile(), grounds)
        if isinstance(outcome, CorrectPersonResult):
            return _after_correcting(subscriber_id, outcome)
        form.form_errors.append(label(outcome))
    return form.render("console/people/correct_person.html", subscriber=subscriber, asked=asked)


def _after_correcting(subscriber_id: int, outcome: CorrectPersonResult) -> ResponseReturnValue:
    words, category = AFTER_CORRECTING[outcome]
    flash(str(words), category)
    return redirect(url_for("console.person", subscriber_id=subscriber_id), 303)
