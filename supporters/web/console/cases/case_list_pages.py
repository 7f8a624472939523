"""The table of cases, and the form for a case that came by email, post or phone."""

from datetime import date, datetime
from typing import NamedTuple, TypeVar

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from supporters import clock
from supporters.cases.case_receipt import receive_request
from supporters.cases.models import Case, CaseKind
from supporters.cases.queries import CaseState, count_urgent_cases, list_cases_page
from supporters.cases.rules import PARIS, Urgency, last_day, urgency_of
from supporters.people.addresses import Address
from supporters.web.console.cases.case_forms import CaseForm
from supporters.web.console.console_blueprint import console, done, owners_and_dpo_only
from supporters.web.labels import label
from supporters.web.labels.case_labels import CASE_KINDS, CASE_STATES

E = TypeVar("E", CaseState, CaseKind)


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


@console.get("/cases")
@owners_and_dpo_only
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


@console.route("/cases/new", methods=["GET", "POST"])
@owners_and_dpo_only
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
