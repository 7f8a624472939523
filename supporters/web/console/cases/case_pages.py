"""The table of cases, the form for a case that came by email, post or phone, and its page."""

from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext as _, ngettext
from flask_login import current_user

from supporters import clock
from supporters.campaigns.queries import find_campaign
from supporters.cases import case_service
from supporters.cases.case_fulfilment import receive_request
from supporters.cases.case_service import (
    CloseCaseResult,
    ExtendCaseResult,
    NewCaseEntry,
    add_entry,
    get_extension,
)
from supporters.cases.models import Case, CaseAct, CaseEntry, CaseKind, ErasureGround
from supporters.cases.queries import (
    CaseState,
    count_urgent_cases,
    find_case,
    find_case_emails,
    list_cases_page,
    list_entries,
    list_not_notified_cases,
)
from supporters.cases.rules import PARIS, Urgency, last_day, urgency_of
from supporters.people.addresses import Address
from supporters.people.queries import find_subscriber
from supporters.web.console.cases.case_forms import CaseForm, ClosingForm, ExtensionForm, NoteForm
from supporters.web.console.console_blueprint import CASE, console, done, for_owners_and_dpo
from supporters.web.console.mail_states import describe_email
from supporters.web.console.visibility import links_to_evidence, may_see, may_see_case
from supporters.web.forms import Form
from supporters.web.labels import label, stored_label
from supporters.web.labels.case_labels import CASE_KINDS, CASE_STATES, CASE_STEPS

E = TypeVar("E", CaseState, CaseKind)
UNPROCESSABLE = 422
GONE = (_("This case doesn’t exist any more."), "error")
AFTER_EXTENDING = {
    ExtendCaseResult.NOTIFIED: (
        _("The case is extended by two months. The person gets an email with the reason."),
        "success",
    ),
    ExtendCaseResult.NOT_NOTIFIED: (
        _(
            "The case is extended by two months. Tell the person the reason, within the first "
            "month."
        ),
        "warning",
    ),
    ExtendCaseResult.NOT_POSSIBLE: (
        _("The case can’t be extended: this is possible once, and only within the first month."),
        "error",
    ),
    ExtendCaseResult.UNKNOWN: GONE,
}
AFTER_CLOSING = {
    CloseCaseResult.DONE: (_("The case is closed."), "success"),
    CloseCaseResult.ALREADY: (_("The case was closed already."), "error"),
    CloseCaseResult.UNKNOWN: GONE,
}
# The answer shows or changes data, so the identity of the person matters.
NEEDS_IDENTITY = {
    CaseKind.ACCESS,
    CaseKind.RECTIFICATION,
    CaseKind.ERASURE,
    CaseKind.RESTRICTION,
    CaseKind.PORTABILITY,
}


class DueDate(NamedTuple):
    """The due date of a case, with its urgency and words."""

    last_day: date
    urgency: Urgency
    words: str


class CaseRow(NamedTuple):
    """A row of the table of cases."""

    case: Case
    kind: str
    channel: str
    due: DueDate


@console.app_context_processor
def provide_pressing_count() -> dict[str, object]:
    """Give the navigation the number of cases that are due soon."""
    return {"count_pressing": lambda: count_urgent_cases(clock.now())}


@for_owners_and_dpo.get("/cases")
def cases() -> str:
    """Show the cases, open ones by due date."""
    state = _one_of(CaseState, "state") or CaseState.OPEN
    kind = _one_of(CaseKind, "kind")
    page = list_cases_page(state, kind, request.args.get("page", 1, type=int))
    now = clock.now()
    return render_template(
        "console/cases/cases.html",
        rows=[describe_row(case, now) for case in page.items],
        page=page,
        states=CASE_STATES,
        kinds=CASE_KINDS,
        state=state,
        kind=kind,
    )


@for_owners_and_dpo.route("/cases/new", methods=["GET", "POST"])
def new_case() -> ResponseReturnValue:
    """Open a case by hand. The answer is the same whether we know the address or not."""
    form = CaseForm()
    if form.validate_on_submit():
        case = receive_request(form.received_request())
        if isinstance(case, Case):
            return done(_describe_opening(case, form.address), "console.show_case", case_id=case.id)
        form.form_errors.append(label(case))
    if form.is_fresh():
        form.received_on.data = clock.now().astimezone(PARIS).date()
    return form.render("console/cases/case_form.html")


def describe_row(case: Case, now: datetime) -> CaseRow:
    """Return the row of a case."""
    return CaseRow(
        case=case,
        kind=label(case.kind),
        channel=label(case.channel),
        due=describe_due_date(case, now),
    )


def describe_due_date(case: Case, now: datetime) -> DueDate:
    """Return the due date of a case with its words."""
    last = last_day(case.due_at)
    days = (last - now.astimezone(PARIS).date()).days
    return DueDate(last, urgency_of(case.due_at, now), describe_days_left(days))


def describe_days_left(days: int) -> str:
    """Return the words for a number of days until the due date."""
    if days == 0:
        return str(gettext("due today"))
    if days < 0:
        return str(ngettext("%(num)s day late", "%(num)s days late", -days))
    return str(ngettext("%(num)s day left", "%(num)s days left", days))


def _describe_opening(case: Case, named: Address | None) -> str:
    if case.kind is CaseKind.OBJECTION and named is not None:
        return str(gettext("The case is open. From now on nothing is sent to this address."))
    return str(gettext("The case is open. The time to answer has started."))


def _one_of(values: type[E], name: str) -> E | None:
    """Return the member that the query names, or None."""
    asked = request.args.get(name, "")
    return next((each for each in values if each.value == asked), None)


@for_owners_and_dpo.get(f"/cases/{CASE}")
def show_case(case_id: int) -> str:
    """Show one case."""
    return _show(_get(case_id))


@for_owners_and_dpo.post(f"/cases/{CASE}/note")
def note_case(case_id: int) -> ResponseReturnValue:
    """Add a note."""
    case, form = _get(case_id), NoteForm()
    if not form.validate_on_submit():
        return _show(case, note_form=form), UNPROCESSABLE
    text = form.note.data or ""
    entry = NewCaseEntry(act=CaseAct.NOTED, at=clock.now(), text=text, by=current_user.id)
    if not add_entry(case_id, entry):
        abort(404)
    return _back(case, gettext("The note is saved."), "success")


@for_owners_and_dpo.post(f"/cases/{CASE}/extend")
def extend_case(case_id: int) -> ResponseReturnValue:
    """Extend the case by two months, and inform the person."""
    case, form = _get(case_id), ExtensionForm()
    if not form.validate_on_submit():
        return _show(case, extension_form=form), UNPROCESSABLE
    outcome = case_service.extend_case(case_id, form.reason.data or "", by=current_user.id)
    return _back(case, *AFTER_EXTENDING[outcome])


@for_owners_and_dpo.post(f"/cases/{CASE}/close")
def close_case(case_id: int) -> ResponseReturnValue:
    """Close the case."""
    case, form = _get(case_id), ClosingForm()
    if not form.validate_on_submit():
        return _show(case, closing_form=form), UNPROCESSABLE
    outcome = case_service.close_case(case_id, form.outcome.data or "", by=current_user.id)
    return _back(case, *AFTER_CLOSING[outcome])


def _get(case_id: int) -> Case:
    case = find_case(case_id)
    if case is None or not may_see_case(case):
        abort(404)
    return case


def _back(case: Case, words: LazyString | str, category: str) -> ResponseReturnValue:
    flash(str(words), category)
    return redirect(url_for("console.show_case", case_id=case.id), 303)


def _show(case: Case, **forms: Form) -> str:
    now = clock.now()
    emails = find_case_emails(case.id)
    campaign = None if case.campaign_id is None else find_campaign(case.campaign_id)
    return render_template(
        "console/cases/case.html",
        row=describe_row(case, now),
        case=case,
        outcome=describe_outcome(case.kind, case.outcome or ""),
        entries=[(each, _read(case, each), email) for each, email in list_entries(case.id)],
        emails={each: describe_email(email) for each, email in emails.items()},
        is_untold=bool(list_not_notified_cases(case.id)),
        steps=CASE_STEPS[case.kind],
        needs_identity=case.kind in NEEDS_IDENTITY,
        extension=get_extension(case, now),
        campaign=campaign,
        **_describe_person(case),
        **{name: forms.get(name) or make() for name, make in FORMS.items()},
    )


def describe_outcome(kind: CaseKind, outcome: str) -> str:
    """Return the outcome: the label of a stored key, or the typed text."""
    if kind is CaseKind.ERASURE and outcome in [*ErasureGround]:
        return label(ErasureGround(outcome))
    return stored_label(outcome)


def _read(case: Case, entry: CaseEntry) -> str:
    """Return the text of a line of the history."""
    text = entry.text or ""
    return describe_outcome(case.kind, text) if entry.act is CaseAct.CLOSED else text


FORMS: dict[str, type[Form]] = {
    "note_form": NoteForm,
    "extension_form": ExtensionForm,
    "closing_form": ClosingForm,
}


def _describe_person(case: Case) -> dict[str, Any]:
    """Return the person, and whether this account may open their page and their evidence."""
    known = None if case.subscriber_id is None else find_subscriber(case.subscriber_id)
    if known is None:
        return {"person": None}
    is_open = may_see(known.id)
    return {
        "person": known,
        "may_open_person": is_open,
        "may_read_proof": is_open or links_to_evidence(case),
    }
