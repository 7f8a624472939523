"""The people whom a breach affects: their list, its export, the notice to them, its approval."""

from flask import Response, abort, flash, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from supporters.accounts.queries import get_organiser
from supporters.accounts.second_person import SecondPersonFault
from supporters.breaches import breach_notices
from supporters.breaches.affected_export import (
    AffectedExport,
    disclose_affected,
    write_affected_file,
)
from supporters.breaches.affected_people import (
    add_affected,
    count_languages,
    empty_affected,
    list_exports_to_choose,
    may_change_people,
)
from supporters.breaches.breach_notices import (
    NoticeChanged,
    find_notice_fault,
    preview_breach_notice,
    read_notice_texts,
    write_breach_notice,
)
from supporters.breaches.breach_register import BreachError
from supporters.breaches.models import Breach, BreachNotice
from supporters.breaches.queries import (
    count_affected,
    count_unwritten,
    count_written,
    find_breach_notice,
)
from supporters.breaches.states import BREACH_NOTICE_STATES, BreachNoticeMove
from supporters.imports.queries import list_imports
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_lists
from supporters.personal_data.list_exports import list_export_recipients
from supporters.text.local_dates import format_date_and_time
from supporters.web.console.breaches.breach_forms import AffectedForm
from supporters.web.console.breaches.breach_notice_forms import BreachApprovalForm, BreachNoticeForm
from supporters.web.console.breaches.breach_pages import after_change, get_breach_or_404
from supporters.web.console.console_blueprint import (
    BREACH,
    done,
    for_exporters,
    for_owners_and_dpo,
    may_open,
    name_of_author,
    recent_password_required,
    recent_password_to_send,
)
from supporters.web.console.lists.list_forms import ExportForm
from supporters.web.headers import show_as_email
from supporters.web.labels import label

UNPROCESSABLE = 422
CONFLICT = 409


@for_owners_and_dpo.route(f"/breaches/{BREACH}/people", methods=["GET", "POST"])
def breach_people(breach_id: int) -> ResponseReturnValue:
    """Choose the affected people by plain facts."""
    breach, form = get_breach_or_404(breach_id), _affected_form()
    if form.validate_on_submit():
        return _after_adding(breach_id, add_affected(breach_id, form.read_choice()))
    may_change = may_change_people(breach, find_breach_notice(breach_id))
    return form.render(
        "console/breaches/breach_people.html",
        breach=breach,
        people=count_affected(breach_id),
        may_change=may_change,
        may_empty=may_change and not count_written(breach_id),
    )


def _after_adding(breach_id: int, added: int | BreachError) -> ResponseReturnValue:
    if isinstance(added, BreachError):
        return after_change(breach_id, added, "")
    words = ngettext("%(num)s person is added.", "%(num)s people are added.", added)
    flash(words, "success" if added else "info")
    return redirect(url_for("console.breach_people", breach_id=breach_id), 303)


@for_owners_and_dpo.post(f"/breaches/{BREACH}/people/empty")
def empty_breach_people(breach_id: int) -> ResponseReturnValue:
    """Take everybody off the list, before anybody was written to."""
    get_breach_or_404(breach_id)
    outcome = empty_affected(breach_id)
    return after_change(breach_id, outcome, gettext("The list of affected people is empty."))


@for_exporters.route(f"/breaches/{BREACH}/people/export", methods=["GET", "POST"])
@recent_password_required
def export_breach_people(breach_id: int) -> ResponseReturnValue:
    """Hand the list of affected people out, after a reason; to owners and the officer only."""
    breach, form = _get_exportable_or_404(breach_id), ExportForm()
    if form.validate_on_submit():
        reason = form.reason.data or ""
        made = disclose_affected(breach_id, asked_by=current_user.email, reason=reason)
        if isinstance(made, AffectedExport):
            return _hand_out(made, has_mark=form.has_mark.data)
        form.refuse(made)
    return form.render(
        "console/breaches/breach_export.html",
        breach=breach,
        people=count_affected(breach_id),
        told=sorted(list_export_recipients(current_user.email)),
    )


@for_owners_and_dpo.route(f"/breaches/{BREACH}/notice", methods=["GET", "POST"])
def breach_notice(breach_id: int) -> ResponseReturnValue:
    """Write the notice to the affected people."""
    breach, notice = get_breach_or_404(breach_id), find_breach_notice(breach_id)
    if not may_change_people(breach, notice):
        return after_change(breach_id, BreachError.NOT_NOW, "")
    form = BreachNoticeForm(counts := count_languages(breach_id))
    if form.validate_on_submit():
        outcome = write_breach_notice(breach_id, form.read_texts())
        if isinstance(outcome, BreachError):
            return after_change(breach_id, outcome, "")
        words = gettext("The notice is saved. Read it as its readers will.")
        return done(words, "console.approve_breach_notice", breach_id=breach_id)
    if form.is_fresh() and notice is not None:
        form.fill(read_notice_texts(notice))
    return form.render("console/breaches/breach_notice.html", breach=breach, counts=counts)


@for_owners_and_dpo.route(f"/breaches/{BREACH}/notice/approve", methods=["GET", "POST"])
@recent_password_to_send
def approve_breach_notice(breach_id: int) -> ResponseReturnValue:
    """Show the notice as its readers get it; a second person approves it with the number."""
    notice = find_breach_notice(get_breach_or_404(breach_id).id) or abort(404)
    form = BreachApprovalForm(count_unwritten(breach_id))
    if not form.validate_on_submit():
        return _show_notice(notice, form), UNPROCESSABLE if form.is_submitted() else 200
    match _approve(breach_id, form):
        case NoticeChanged(people):
            form.show_change(people)
            return _show_notice(notice, form), CONFLICT
        case SecondPersonFault() as fault:
            flash(label(fault), "error")
            return redirect(url_for("console.approve_breach_notice", breach_id=breach_id), 303)
        case outcome:
            words = gettext("Approved. The first emails leave within a minute.")
            return after_change(breach_id, outcome, words)


def _approve(
    breach_id: int, form: BreachApprovalForm
) -> BreachNotice | BreachError | SecondPersonFault | NoticeChanged:
    read = form.fingerprint.data or ""
    return breach_notices.approve_breach_notice(
        breach_id, current_user.id, read_hash=read, people=form.number
    )


@for_owners_and_dpo.get(f"/breaches/{BREACH}/notice-<any({', '.join(LANGUAGES)}):code>.html")
def breach_notice_html(breach_id: int, code: str) -> str:
    """Show the HTML of the notice, for the sandboxed frame of the approval page."""
    get_breach_or_404(breach_id)
    notice = find_breach_notice(breach_id)
    if notice is None or code not in read_notice_texts(notice):
        abort(404)
    show_as_email()
    return preview_breach_notice(notice, code).html


def _show_notice(notice: BreachNotice, form: BreachApprovalForm) -> str:
    form.fingerprint.data = notice.hash
    return render_template(
        "console/breaches/breach_approve.html",
        form=form,
        breach=get_breach_or_404(notice.breach_id),
        notice=notice,
        mails=[(code, preview_breach_notice(notice, code)) for code in read_notice_texts(notice)],
        writer=name_of_author(notice.written_by_id),
        approver=name_of_author(notice.approved_by_id),
        may_approve=BREACH_NOTICE_STATES.allows(notice.status, BreachNoticeMove.APPROVE),
        fault=find_notice_fault(notice, get_organiser(current_user.id)),
    )


def _get_exportable_or_404(breach_id: int) -> Breach:
    """Return a breach to an account that may read breaches beside its right to export."""
    return get_breach_or_404(breach_id) if may_open("console.show_breach") else abort(404)


def _affected_form() -> AffectedForm:
    form = AffectedForm()
    form.list_id.choices = [(each.id, each.name) for each in list_lists()]
    form.import_id.choices = [
        (each.id, f"{each.file_name} ({mailing_list.name})")
        for each, mailing_list in list_imports()
    ]
    form.export_id.choices = [
        (each.id, f"{name}, {format_date_and_time(each.occurred_at)}")
        for each, name in list_exports_to_choose()
    ]
    return form


def _hand_out(export: AffectedExport, *, has_mark: bool) -> Response:
    name = f"breach-{export.breach_id}-{export.occurred_at:%Y-%m-%d}.csv"
    response = Response(
        stream_with_context(write_affected_file(export, has_mark=has_mark)),
        content_type="text/csv; charset=utf-8; header=present",
    )
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
