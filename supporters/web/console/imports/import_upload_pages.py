"""A new import: the file, its columns and its origin."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

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
from supporters.imports.import_jobs import FileMissing, columns_of
from supporters.imports.models import ListImport
from supporters.imports.states import may_change_columns
from supporters.lists.queries import list_open_lists
from supporters.sign_in.session_cookies import had_session
from supporters.web.console.console_blueprint import console, may_open, owners_only
from supporters.web.console.imports.import_forms import (
    NO_COLUMN,
    ColumnsForm,
    FileForm,
    ProvenanceForm,
)
from supporters.web.console.imports.import_pages import IMPORT, get_import_or_404
from supporters.web.console.visibility import current_scope
from supporters.web.forms import SelectChoice
from supporters.web.labels import label
from supporters.web.labels.import_labels import REFUSED_WAYS, WAYS

LARGEST_REQUESTS = {
    "console.new_import": 400 * 1024 * 1024,
    "console.import_provenance": 6 * 1024 * 1024,
    "console.upload_picture": 32 * 1024 * 1024,  # more than we take, so that a sentence says so
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


@console.route("/imports/new", methods=["GET", "POST"])
@owners_only
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


@console.route(f"/imports/{IMPORT}/columns", methods=["GET", "POST"])
@owners_only
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
            "The file is no longer on this server. Cancel this import, and start again."
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


@console.route(f"/imports/{IMPORT}/provenance", methods=["GET", "POST"])
@owners_only
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
