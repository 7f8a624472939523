"""Privacy requests by post or phone: erase, restrict, lift the restriction.

Each page explains the effect before its button, and leaves a closed case with the reason.
"""

from collections.abc import Sequence

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext as _
from flask_login import current_user

from supporters.cases.acts_on_behalf import OnBehalfError
from supporters.cases.case_fulfilment import (
    Grounds,
    RestrictResult,
    erase_at_request,
    lift_restriction_at_request,
    restrict_at_request,
)
from supporters.cases.models import Case, CaseKind, Channel
from supporters.cases.queries import find_open_dispute, list_open_cases_of
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import EraseResult
from supporters.personal_data.queries import is_being_erased
from supporters.web.console.console_blueprint import (
    PERSON,
    console,
    owners_and_dpo_only,
    recent_password_required,
)
from supporters.web.console.people.person_forms import EraseForm, RestrictionForm
from supporters.web.console.visibility import get_opened
from supporters.web.labels import label

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


@console.route(f"/people/{PERSON}/erase", methods=["GET", "POST"])
@owners_and_dpo_only
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


@console.route(f"/people/{PERSON}/restrict", methods=["GET", "POST"])
@owners_and_dpo_only
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


@console.route(f"/people/{PERSON}/lift-restriction", methods=["GET", "POST"])
@owners_and_dpo_only
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
