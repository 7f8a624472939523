"""An import: its file, columns and origin, and the decisions: ask, approve, cancel, resume."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.accounts.second_person import SecondPersonFault
from supporters.imports import import_approval
from supporters.imports.encodings import UndecodableText
from supporters.imports.file_formats import list_duplicate_names
from supporters.imports.file_upload import (
    DeclareResult,
    DescribeResult,
    UploadFailure,
    declare_provenance,
    describe_columns,
    preview_rows,
    upload_file,
)
from supporters.imports.import_files import FileMissing
from supporters.imports.import_jobs import columns_of
from supporters.imports.invitation_mails import preview_invitation
from supporters.imports.models import InvitationStatus, ListImport
from supporters.imports.queries import count_invitations, find_evidence
from supporters.imports.states import IMPORT_STATES, ImportMove, may_change_columns
from supporters.languages import LANGUAGES
from supporters.lists.queries import list_open_lists
from supporters.public_languages import public_languages
from supporters.sign_in.session_cookies import had_session
from supporters.web.console.console_blueprint import (
    console,
    for_owners,
    may_open,
    recent_password_required,
)
from supporters.web.console.imports.import_forms import (
    NO_COLUMN,
    ColumnsForm,
    FileForm,
    ProvenanceForm,
)
from supporters.web.console.imports.import_pages import IMPORT, describe_import, get_import_or_404
from supporters.web.console.visibility import current_scope
from supporters.web.forms import EmptyForm, SelectChoice
from supporters.web.headers import show_as_email
from supporters.web.labels import label
from supporters.web.labels.import_labels import REFUSED_WAYS, WAYS

LARGEST_REQUESTS = {
    "console.new_import": 400 * 1024 * 1024,
    "console.import_provenance": 6 * 1024 * 1024,
    "console.upload_picture": 32 * 1024 * 1024,  # more than we take, so that a sentence says so
    "console.mail_theme": 32 * 1024 * 1024,
}


@console.url_value_preprocessor
def take_large_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Allow large requests on the pages that take files, before the form is read.

    People whose session ended meanwhile may send them too: their typed text is stored.
    """
    largest = LARGEST_REQUESTS.get(endpoint or "")
    if not largest:
        return
    may_upload = current_user.is_authenticated and may_open(endpoint or "")
    if may_upload or (not current_user.is_authenticated and had_session()):
        request.max_content_length = largest


@for_owners.route("/imports/new", methods=["GET", "POST"])
def new_import() -> ResponseReturnValue:
    """Upload the file."""
    form = FileForm([each for each in list_open_lists() if current_scope().covers(each.id)])
    if not form.mailing_list_id.choices:
        flash(gettext("An import needs a list. Create one first."), "warning")
        return redirect(url_for("console.lists"))
    if form.validate_on_submit():
        match upload_file(form.upload(current_user.id)):
            case ListImport() as taken:
                return _redirect_to("console.import_columns", taken.id)
            case refusal:
                form.file.errors = [refused_file(refusal)]
    elif form.is_fresh():
        form.language.data = current_user.language
    return form.render("console/imports/import_new.html")


@for_owners.route(f"/imports/{IMPORT}/columns", methods=["GET", "POST"])
def import_columns(import_id: int) -> ResponseReturnValue:
    """Show the first rows, and choose the columns."""
    list_import = get_import_or_404(import_id)
    if not may_change_columns(list_import.status):
        return _redirect_to("console.show_import", import_id)
    form = _make_columns_form(list_import)
    if form.validate_on_submit():
        match describe_columns(import_id, form.columns()):
            case DescribeResult.NO_ADDRESS:
                form.address.errors = [gettext("Choose the column of the addresses.")]
            case DescribeResult.SAME_COLUMN_TWICE:
                form.address.errors = [gettext("You chose a column twice.")]
            case _:
                return _redirect_to("console.import_provenance", import_id)
    return _show_columns(list_import, form)


def _show_columns(list_import: ListImport, form: ColumnsForm) -> ResponseReturnValue:
    try:
        rows = preview_rows(list_import)
    except FileMissing:
        words = gettext(
            "The file of this import can’t be read. Cancel the import, and start again."
        )
        flash(words, "error")
        return _redirect_to("console.show_import", list_import.id)
    names = name_columns(list_import)
    chosen = {form.address.data, form.given_name.data, form.language.data}
    return form.render(
        "console/imports/import_columns.html",
        list_import=list_import,
        names=names,
        doubles=list_duplicate_names(list_import.header),
        dropped=[name for index, name in enumerate(names) if index not in chosen],
        rows=rows,
    )


@for_owners.route(f"/imports/{IMPORT}/provenance", methods=["GET", "POST"])
def import_provenance(import_id: int) -> ResponseReturnValue:
    """Record the statement of origin, and start the dry run."""
    list_import = get_import_or_404(import_id)
    if not may_change_columns(list_import.status):
        return _redirect_to("console.show_import", import_id)
    if list_import.address_column is None:
        return _redirect_to("console.import_columns", import_id)
    form = ProvenanceForm()
    form.way.choices = way_choices()
    if form.validate_on_submit():
        match declare_provenance(import_id, form.provenance()):
            case DeclareResult.DONE | DeclareResult.NOT_NOW:
                return _redirect_to("console.show_import", import_id)
            case fault:
                form.show_errors(fault)
    return form.render("console/imports/import_provenance.html", list_import=list_import)


def refused_file(refusal: UploadFailure) -> str:
    """Return the error message of a refused file."""
    if isinstance(refusal, UndecodableText):
        return str(
            gettext(
                "Line %(line)s can’t be read: its bytes aren’t text. Export the list "
                "again, as UTF-8. Nothing was stored.",
                line=refusal.line,
            )
        )
    return label(refusal)


def way_choices() -> list[SelectChoice]:
    """Return all ways of collecting addresses, refused ones too, so that nobody guesses."""
    ways = [*WAYS.items(), *REFUSED_WAYS.items()]
    return [SelectChoice(way.value, words) for way, words in ways]


def name_columns(list_import: ListImport) -> list[str]:
    """Return the names of the columns, with the number if a name is missing or not unique."""
    header = list_import.header or [gettext("The whole line")]
    return [
        name if name and header.count(name) == 1 else f"{name} ({number})".strip()
        for number, name in enumerate(header, start=1)
    ]


def _make_columns_form(list_import: ListImport) -> ColumnsForm:
    form = ColumnsForm()
    named = [SelectChoice(index, name) for index, name in enumerate(name_columns(list_import))]
    none = SelectChoice(NO_COLUMN, gettext("None"))
    form.address.choices = [SelectChoice(NO_COLUMN, gettext("Choose a column")), *named]
    form.given_name.choices = form.language.choices = [none, *named]
    if form.is_fresh():
        known = columns_of(list_import)
        form.address.data = NO_COLUMN if known.address is None else known.address
        form.given_name.data = NO_COLUMN if known.given_name is None else known.given_name
        form.language.data = NO_COLUMN if known.language is None else known.language
    return form


def _redirect_to(endpoint: str, import_id: int) -> ResponseReturnValue:
    return redirect(url_for(endpoint, import_id=import_id), 303)


@for_owners.post(f"/imports/{IMPORT}/hand-over")
def hand_over_import(import_id: int) -> ResponseReturnValue:
    """Ask another owner for approval."""
    get_import_or_404(import_id)
    done = gettext("The other owners have an email about it, and one of them can approve it now.")
    return _after(import_id, import_approval.request_approval(import_id), done)


@for_owners.route(f"/imports/{IMPORT}/approve", methods=["GET", "POST"])
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


@for_owners.get(f"/imports/{IMPORT}/invitation-<any({', '.join(LANGUAGES)}):code>.html")
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


@for_owners.route(f"/imports/{IMPORT}/cancel", methods=["GET", "POST"])
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


@for_owners.post(f"/imports/{IMPORT}/resume")
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
