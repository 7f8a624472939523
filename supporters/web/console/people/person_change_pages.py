"""Requests by phone, post or in person: stop writing, correct, erase, restrict, lift a restriction.

Each page explains the effect before its button, and leaves a closed case with the reason.
"""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _
from flask_login import current_user

from supporters import clock
from supporters.cases import acts_on_behalf as stopping
from supporters.cases.acts_on_behalf import OnBehalfError, count_left, find_limit
from supporters.cases.case_fulfilment import (
    CorrectPersonResult,
    Grounds,
    RestrictResult,
    correct_at_request,
    erase_at_request,
    lift_restriction_at_request,
    restrict_at_request,
)
from supporters.cases.departures import UNDO_LIFETIME
from supporters.cases.models import Case, CaseKind, Channel, StoredText
from supporters.cases.queries import find_open_dispute, list_open_cases_of
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.people.models import Subscriber
from supporters.people.profile import profile_of
from supporters.personal_data.erasure import EraseResult
from supporters.personal_data.queries import is_being_erased
from supporters.web.console.console_blueprint import (
    PERSON,
    for_owners_and_dpo,
    for_team,
    recent_password_required,
)
from supporters.web.console.people.person_forms import (
    CorrectionForm,
    EraseForm,
    RestrictionForm,
    StopForm,
)
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
AFTER_ERASING = {
    EraseResult.DONE: (
        _("Data erased. An unreadable fingerprint stops new messages."),
        "success",
    ),
    EraseResult.UNDER_WAY: (
        _(
            "Data erased, except the trace of a message that is leaving now. It is deleted "
            "within a minute."
        ),
        "warning",
    ),
    EraseResult.UNKNOWN: (_("This person doesn’t exist here any more."), "error"),
}
AFTER_RESTRICTING = {
    RestrictResult.DONE: (
        _("Data restricted. We don’t use it until the restriction is lifted."),
        "success",
    ),
    RestrictResult.ALREADY: (_("Their data is restricted already."), "error"),
    RestrictResult.UNKNOWN: (_("This person doesn’t exist here any more."), "error"),
}
AFTER_LIFTING = {
    RestrictResult.DONE: (_("The restriction is lifted."), "success"),
    RestrictResult.ALREADY: (_("Their data isn’t restricted."), "error"),
    RestrictResult.DISPUTED: (
        _("The person disputes their sign-up, and that case is open. Close it first."),
        "error",
    ),
    RestrictResult.UNKNOWN: (_("This person doesn’t exist here any more."), "error"),
}
RightForm = EraseForm | RestrictionForm


@for_team.route(f"/people/{PERSON}/stop", methods=["GET", "POST"])
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


@for_owners_and_dpo.route(f"/people/{PERSON}/correct", methods=["GET", "POST"])
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


@for_owners_and_dpo.route(f"/people/{PERSON}/erase", methods=["GET", "POST"])
@recent_password_required
def erase_person(subscriber_id: int) -> ResponseReturnValue:
    """Explain and carry out an erasure."""
    person, form = get_opened(subscriber_id), EraseForm()
    asked = _prepare(form, person, CaseKind.ERASURE)
    if not form.validate_on_submit():
        return _show("console/people/erase.html", form, person=person, asked=asked)
    outcome = erase_at_request(subscriber_id, _grounds(form, form.reason.data, asked))
    if isinstance(outcome, OnBehalfError):
        return _refuse("console/people/erase.html", form, outcome, person=person, asked=asked)
    return _redirect_after(AFTER_ERASING[outcome], None)


@for_owners_and_dpo.route(f"/people/{PERSON}/restrict", methods=["GET", "POST"])
@recent_password_required
def restrict_person(subscriber_id: int) -> ResponseReturnValue:
    """Explain and carry out a restriction."""
    person, form = get_opened(subscriber_id), RestrictionForm()
    asked = _prepare(form, person, CaseKind.RESTRICTION)
    if not form.validate_on_submit():
        return _show("console/people/restrict.html", form, person=person, asked=asked)
    outcome = restrict_at_request(subscriber_id, _grounds(form, form.reason.data or "", asked))
    if isinstance(outcome, OnBehalfError):
        return _refuse("console/people/restrict.html", form, outcome, person=person, asked=asked)
    return _redirect_after(
        AFTER_RESTRICTING[outcome], None if outcome is RestrictResult.UNKNOWN else person
    )


@for_owners_and_dpo.route(f"/people/{PERSON}/lift-restriction", methods=["GET", "POST"])
@recent_password_required
def lift_restriction(subscriber_id: int) -> ResponseReturnValue:
    """Explain the end of a restriction, and lift it."""
    person, form = get_opened(subscriber_id), RestrictionForm()
    asked = list_open_cases_of(subscriber_id, CaseKind.RESTRICTION)
    if not form.validate_on_submit():
        return _show("console/people/lift_restriction.html", form, person=person, asked=asked)
    outcome = lift_restriction_at_request(subscriber_id, _grounds(form, form.reason.data or "", []))
    if isinstance(outcome, OnBehalfError):
        return _refuse(
            "console/people/lift_restriction.html", form, outcome, person=person, asked=asked
        )
    return _redirect_after(
        AFTER_LIFTING[outcome], None if outcome is RestrictResult.UNKNOWN else person
    )


def _prepare(form: RightForm, person: Subscriber, kind: CaseKind) -> Sequence[Case]:
    """Return the open cases that will be closed. They have the channel of the request already."""
    asked = list_open_cases_of(person.id, kind)
    if asked:
        del form.channel
    return asked


def _grounds(form: RightForm, reason: str, asked: Sequence[Case]) -> Grounds:
    channel = asked[0].channel if asked else Channel(form.channel.data)
    return Grounds(reason=reason, channel=channel, by=current_user.id)


def _refuse(
    template: str,
    form: RightForm,
    error: OnBehalfError,
    *,
    person: Subscriber,
    asked: Sequence[Case],
) -> ResponseReturnValue:
    """Show the form again, with the limit of the account."""
    form.form_errors.append(label(error))
    return _show(template, form, person=person, asked=asked)


def _show(
    template: str, form: RightForm, *, person: Subscriber, asked: Sequence[Case]
) -> ResponseReturnValue:
    return form.render(
        template,
        subscriber=person,
        asked=asked,
        dispute=find_open_dispute(person.id),
        is_being_erased=is_being_erased(person.id),
    )


def _redirect_after(said: tuple[LazyString, str], person: Subscriber | None) -> ResponseReturnValue:
    words, category = said
    flash(str(words), category)
    if person is None:
        return redirect(url_for("console.people"), 303)
    return redirect(url_for("console.person", subscriber_id=person.id), 303)
