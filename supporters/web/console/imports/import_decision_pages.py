"""Decisions on an import: ask for approval, approve as a second owner, cancel, resume."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.second_person import SecondPersonFault
from supporters.imports import import_approval
from supporters.imports.invitation_mails import preview_invitation
from supporters.imports.models import InvitationStatus, ListImport
from supporters.imports.queries import count_invitations, find_evidence
from supporters.imports.states import IMPORT_STATES, ImportMove
from supporters.languages import LANGUAGES
from supporters.public_languages import public_languages
from supporters.web.console.console_blueprint import console, owners_only, recent_password_required
from supporters.web.console.imports.import_pages import IMPORT, describe_import, get_import_or_404
from supporters.web.forms import EmptyForm
from supporters.web.headers import show_as_email
from supporters.web.labels import label


@console.post(f"/imports/{IMPORT}/hand-over")
@owners_only
def hand_over_import(import_id: int) -> ResponseReturnValue:
    """Ask another owner for approval."""
    get_import_or_404(import_id)
    done = gettext("The other owners have an email about it, and one of them can approve it now.")
    return _after(import_id, import_approval.request_approval(import_id), done)


@console.route(f"/imports/{IMPORT}/approve", methods=["GET", "POST"])
@owners_only
@recent_password_required
def approve_import(import_id: int) -> ResponseReturnValue:
    """Explain the invitations, and approve the import."""
    list_import = get_import_or_404(import_id)
    if not IMPORT_STATES.allows(list_import.status, ImportMove.APPROVE):
        return _after(import_id, import_approval.ApproveResult.NOT_NOW, "")
    if EmptyForm().validate_on_submit():
        done = gettext("Approved. The first invitations leave after 48 hours.")
        return _after(import_id, import_approval.approve_import(import_id, current_user.id), done)
    return render_template(
        "console/imports/import_approve.html",
        **describe_import(list_import),
        evidence=find_evidence(import_id),
        is_own=list_import.imported_by_id == current_user.id,
        mails=[(code, preview_invitation(list_import, code)) for code in languages_of(list_import)],
        form=EmptyForm(),
    )


@console.get(f"/imports/{IMPORT}/invitation-<any({', '.join(LANGUAGES)}):code>.html")
@owners_only
def show_invitation(import_id: int, code: str) -> str:
    """Show the HTML of the invitation, for the sandboxed frame of the approval page."""
    list_import = get_import_or_404(import_id)
    if list_import.way is None:
        abort(404)
    show_as_email()
    return preview_invitation(list_import, code).html


def languages_of(list_import: ListImport) -> list[str]:
    """Return the languages of the invitations, the one of the import first."""
    others = [] if list_import.language_column is None else [*public_languages()]
    return [*dict.fromkeys([list_import.language, *others])]


@console.route(f"/imports/{IMPORT}/cancel", methods=["GET", "POST"])
@owners_only
def cancel_import(import_id: int) -> ResponseReturnValue:
    """Cancel an import, after a question."""
    list_import = get_import_or_404(import_id)
    if not IMPORT_STATES.allows(list_import.status, ImportMove.CANCEL):
        return _after(import_id, import_approval.ApproveResult.NOT_NOW, "")
    form = EmptyForm()
    if form.validate_on_submit():
        result = import_approval.cancel_import(import_id)
        return _after_control(import_id, result, gettext("The import is cancelled."))
    open_ones = count_invitations(import_id)
    return render_template(
        "console/imports/import_cancel.html",
        **describe_import(list_import),
        waiting=open_ones.get(InvitationStatus.WAITING, 0),
        form=form,
    )


@console.post(f"/imports/{IMPORT}/resume")
@owners_only
def resume_import(import_id: int) -> ResponseReturnValue:
    """Resume an import that stopped by itself."""
    get_import_or_404(import_id)
    done = gettext("The invitations continue, as slowly as on the first day.")
    return _after_control(import_id, import_approval.resume_import(import_id), done)


def _after(
    import_id: int, approved: import_approval.ApproveResult | SecondPersonFault, done: str
) -> ResponseReturnValue:
    match approved:
        case import_approval.ApproveResult.UNKNOWN:
            abort(404)
        case import_approval.ApproveResult.DONE:
            flash(done, "success")
        case fault:
            flash(label(fault), "error")
    return redirect(url_for("console.show_import", import_id=import_id), 303)


def _after_control(
    import_id: int, result: import_approval.ImportControlResult, done: str
) -> ResponseReturnValue:
    fault = {
        import_approval.ImportControlResult.UNKNOWN: import_approval.ApproveResult.UNKNOWN,
        import_approval.ImportControlResult.NOT_NOW: import_approval.ApproveResult.NOT_NOW,
    }
    return _after(import_id, fault.get(result, import_approval.ApproveResult.DONE), done)
