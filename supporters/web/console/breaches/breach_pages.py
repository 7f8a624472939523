"""The register of personal data breaches: its table, one breach, its decisions, its draft."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from supporters import clock
from supporters.breaches import breach_register as register
from supporters.breaches.models import Breach, BreachAct, BreachNature, BreachStatus
from supporters.breaches.queries import (
    count_affected,
    count_breach_emails,
    count_open_breaches,
    count_returned_notices,
    count_unwritten,
    count_written,
    find_breach,
    find_breach_notice,
    find_facts,
    find_last_entry,
    list_breaches,
)
from supporters.breaches.rules import needs_delay_reason
from supporters.breaches.states import BREACH_STATES, BreachMove
from supporters.languages import TEAM_LANGUAGES
from supporters.web.console.breaches.breach_descriptions import (
    describe_breach_row,
    list_facts,
    list_history,
    write_draft,
)
from supporters.web.console.breaches.breach_forms import (
    BreachForm,
    BreachNoteForm,
    BreachReasonForm,
    FactsForm,
    NotificationForm,
    PeopleDecisionForm,
)
from supporters.web.console.console_blueprint import BREACH, console, for_owners_and_dpo
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm
from supporters.web.labels import label

UNPROCESSABLE = 422


@console.app_context_processor
def provide_open_breaches() -> dict[str, object]:
    """Give the navigation the number of breaches that wait for a decision."""
    return {"count_open_breaches": count_open_breaches}


@for_owners_and_dpo.get("/breaches")
def breaches() -> str:
    """Show the register."""
    require_every_list()
    now = clock.now()
    rows = [describe_breach_row(each, now) for each in list_breaches()]
    return render_template("console/breaches/breaches.html", rows=rows)


@for_owners_and_dpo.route("/breaches/new", methods=["GET", "POST"])
def new_breach() -> ResponseReturnValue:
    """Record a breach."""
    require_every_list()
    form = BreachForm()
    if form.validate_on_submit():
        breach = register.open_breach(form.title.data or "", form.read_statement())
        words = gettext("The breach is recorded. The 72 hours run.")
        return after_change(breach.id, breach, words)
    if form.is_fresh():
        form.fill_moment(clock.now())
    return _show_form(form, None)


@for_owners_and_dpo.get(f"/breaches/{BREACH}")
def show_breach(breach_id: int) -> str:
    """Show one breach."""
    return _show(get_breach_or_404(breach_id), BreachNoteForm())


@for_owners_and_dpo.post(f"/breaches/{BREACH}/note")
def note_breach(breach_id: int) -> ResponseReturnValue:
    """Add a note."""
    breach, form = get_breach_or_404(breach_id), BreachNoteForm()
    if not form.validate_on_submit():
        return _show(breach, form), UNPROCESSABLE
    done = register.note_breach(breach_id, form.note.data or "")
    return after_change(breach_id, done, gettext("The note is saved."))


@for_owners_and_dpo.route(f"/breaches/{BREACH}/facts", methods=["GET", "POST"])
def correct_breach(breach_id: int) -> ResponseReturnValue:
    """Complete or correct the facts. The earlier statements stay in the history."""
    breach, form = get_breach_or_404(breach_id), FactsForm()
    if form.validate_on_submit():
        done = register.correct_breach(breach_id, form.read_statement())
        return after_change(breach_id, done, gettext("The facts are saved, with their history."))
    if form.is_fresh():
        form.fill(find_facts(breach_id), breach.discovered_at)
    return _show_form(form, breach)


@for_owners_and_dpo.get(f"/breaches/{BREACH}/notification")
def breach_notification(breach_id: int) -> str:
    """Show the draft of the notification to the authority, to copy or to print."""
    breach = get_breach_or_404(breach_id)
    asked = request.args.get("in", "")
    code = asked if asked in TEAM_LANGUAGES else str(get_locale())
    parts = write_draft(breach, find_facts(breach_id), code)
    return render_template(
        "console/breaches/breach_draft.html", breach=breach, parts=parts, code=code
    )


@for_owners_and_dpo.route(f"/breaches/{BREACH}/notified", methods=["GET", "POST"])
def notify_authority(breach_id: int) -> ResponseReturnValue:
    """Record when the authority was told, and its reference."""
    breach, form = get_breach_or_404(breach_id), NotificationForm()
    if not BREACH_STATES.allows(breach.status, BreachMove.NOTIFY):
        return after_change(breach_id, register.BreachError.NOT_NOW, "")
    if form.validate_on_submit():
        done = register.record_notification(breach_id, form.read_notification())
        if done is not register.BreachError.DELAY_UNEXPLAINED:
            return after_change(breach_id, done, gettext("The notification is recorded."))
        form.delay_reason.errors = [label(done)]
    elif form.is_fresh():
        form.fill_moment(clock.now())
    is_late = needs_delay_reason(breach.discovered_at, clock.now())
    return form.render("console/breaches/breach_notified.html", breach=breach, is_late=is_late)


@for_owners_and_dpo.route(f"/breaches/{BREACH}/not-notified", methods=["GET", "POST"])
def dismiss_notification(breach_id: int) -> ResponseReturnValue:
    """Record why the authority need not be told."""
    breach, form = get_breach_or_404(breach_id), BreachReasonForm()
    if not BREACH_STATES.allows(breach.status, BreachMove.DISMISS):
        return after_change(breach_id, register.BreachError.NOT_NOW, "")
    if form.validate_on_submit():
        done = register.dismiss_notification(breach_id, form.reason.data or "")
        return after_change(breach_id, done, gettext("The decision is recorded."))
    return form.render("console/breaches/breach_not_notified.html", breach=breach)


@for_owners_and_dpo.route(f"/breaches/{BREACH}/people/decision", methods=["GET", "POST"])
def decide_about_people(breach_id: int) -> ResponseReturnValue:
    """Record how people were told without our notice, or why they are not told."""
    breach, form = get_breach_or_404(breach_id), PeopleDecisionForm()
    if breach.status is BreachStatus.CLOSED:
        return after_change(breach_id, register.BreachError.NOT_NOW, "")
    if form.validate_on_submit():
        are_told = form.are_told.data == "yes"
        done = register.decide_about_people(breach_id, form.reason.data or "", are_told=are_told)
        return after_change(breach_id, done, gettext("The decision is recorded."))
    return form.render("console/breaches/breach_people_decision.html", breach=breach)


@for_owners_and_dpo.post(f"/breaches/{BREACH}/close")
def close_breach(breach_id: int) -> ResponseReturnValue:
    """Close a breach whose decisions are recorded."""
    get_breach_or_404(breach_id)
    done = register.close_breach(breach_id)
    return after_change(breach_id, done, gettext("The breach is closed. It stays in the register."))


@for_owners_and_dpo.post(f"/breaches/{BREACH}/reopen")
def reopen_breach(breach_id: int) -> ResponseReturnValue:
    """Open a closed breach again."""
    get_breach_or_404(breach_id)
    done = register.reopen_breach(breach_id)
    return after_change(breach_id, done, gettext("The breach is open again."))


def require_every_list() -> None:
    """Answer 404 to an account that sees only some lists: a breach may be about all of them."""
    if current_scope().list_ids is not None:
        abort(404)


def get_breach_or_404(breach_id: int) -> Breach:
    """Return the breach, or answer 404."""
    require_every_list()
    return find_breach(breach_id) or abort(404)


def after_change(breach_id: int, done: object, words: str) -> ResponseReturnValue:
    """Lead back to the breach with the result of a change."""
    if done is register.BreachError.UNKNOWN:
        abort(404)
    if isinstance(done, register.BreachError):
        flash(label(done), "info" if done is register.BreachError.SAME else "error")
    else:
        flash(words, "success")
    return redirect(url_for("console.show_breach", breach_id=breach_id), 303)


def _show_form(form: FactsForm, breach: Breach | None) -> ResponseReturnValue:
    return form.render("console/breaches/breach_form.html", breach=breach, natures=[*BreachNature])


def _show(breach: Breach, note_form: BreachNoteForm) -> str:
    may = {move.name.lower(): BREACH_STATES.allows(breach.status, move) for move in BreachMove}
    return render_template(
        "console/breaches/breach.html",
        row=describe_breach_row(breach, clock.now()),
        breach=breach,
        facts=list_facts(find_facts(breach.id)),
        history=list_history(breach.id),
        may=may,
        people=count_affected(breach.id),
        written=count_written(breach.id),
        unwritten=count_unwritten(breach.id),
        emails=count_breach_emails(breach.id),
        returned=count_returned_notices(breach.id),
        notice=find_breach_notice(breach.id),
        people_decision=find_last_entry(breach.id, register.PEOPLE_DECISIONS),
        notified=find_last_entry(breach.id, [BreachAct.NOTIFIED]),
        dismissed=find_last_entry(breach.id, [BreachAct.DISMISSED]),
        note_form=note_form,
        form=EmptyForm(formdata=None),
    )
