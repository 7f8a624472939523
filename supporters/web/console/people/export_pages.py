"""Export of a list. It needs its own right, a recent password and a reason."""

from flask import Response, abort, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.lists.eligible_counts import count_eligible
from supporters.lists.queries import find_list
from supporters.personal_data.list_exports import (
    Export,
    disclose_list,
    list_export_recipients,
    write_file,
)
from supporters.personal_data.queries import list_export_times, list_exports
from supporters.personal_data.rules import (
    DAY,
    EXPORTS_A_DAY,
    SHORTEST_REASON,
    ExportError,
    count_exports_left,
)
from supporters.web.console.console_blueprint import (
    LIST,
    console,
    owners_and_dpo_only,
    recent_password_required,
    roles_required,
)
from supporters.web.console.lists.list_forms import ExportForm
from supporters.web.console.visibility import current_scope

UNPROCESSABLE = 422


@console.route(f"/lists/{LIST}/export", methods=["GET", "POST"])
@roles_required(RoleName.EXPORTER)
@recent_password_required
def export_list(list_id: int) -> ResponseReturnValue:
    """Explain the export, and send the file after a reason."""
    if not current_scope().covers(list_id):
        abort(404)
    form = ExportForm()
    if form.validate_on_submit():
        made = disclose_list(list_id, asked_by=current_user.email, reason=form.reason.data or "")
        if isinstance(made, Export):
            return _hand_out(made, has_mark=form.has_mark.data)
        _explain(made, form)
    page = _show(list_id, form)
    return page, UNPROCESSABLE if form.is_submitted() else 200


@console.get("/exports")
@owners_and_dpo_only
def exports() -> str:
    """Show all exports."""
    return render_template(
        "console/people/exports.html", page=list_exports(request.args.get("page", 1, type=int))
    )


def _show(list_id: int, form: ExportForm) -> str:
    mailing_list = find_list(list_id) or abort(404)
    now = clock.now()
    return render_template(
        "console/people/export.html",
        form=form,
        mailing_list=mailing_list,
        people=count_eligible(list_id, mailing_list.purpose_id, now).eligible,
        told=sorted(list_export_recipients(current_user.email)),
        left=count_exports_left(list_export_times(current_user.email, now - DAY), now),
        most=EXPORTS_A_DAY,
        shortest=SHORTEST_REASON,
    )


def _hand_out(export: Export, *, has_mark: bool) -> Response:
    name = f"{export.slug}-{export.occurred_at:%Y-%m-%d}.csv"
    response = Response(
        stream_with_context(write_file(export, has_mark=has_mark)),
        content_type="text/csv; charset=utf-8; header=present",
    )
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _explain(refused: ExportError, form: ExportForm) -> None:
    match refused:
        case ExportError.UNKNOWN_LIST:
            abort(404)
        case ExportError.REASON_TOO_SHORT | ExportError.REASON_TOO_LONG:
            form.reason.errors = [gettext("Write the reason in words: others will read it.")]
        case ExportError.TOO_MANY:
            form.form_errors.append(
                gettext(
                    "You made %(most)d exports within 24 hours and reached the limit.",
                    most=EXPORTS_A_DAY,
                )
            )
        case ExportError.NOBODY:
            form.form_errors.append(gettext("There is nobody to export."))
