"""The sender of a list's emails: owners change the name and the address for answers."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import current_settings
from supporters.lists.list_sender import change_sender
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_forms import SenderForm
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.console.reauthentication import recent_password_required

UNPROCESSABLE = 422


@console.route(f"/lists/{LIST}/sender", methods=["GET", "POST"])
@owners_only
@recent_password_required
def list_sender(list_id: int) -> ResponseReturnValue:
    """Show and change the sender of a list."""
    mailing_list = get_list_or_404(list_id)
    form = SenderForm(mailing_list)
    if form.validate_on_submit():
        match change_sender(list_id, form.sender()):
            case True:
                flash(gettext("Changed. It counts for messages that aren’t frozen yet."), "success")
                return redirect(url_for("console.show_list", list_id=list_id), 303)
            case False:
                flash(gettext("Nothing was changed."), "info")
                return redirect(url_for("console.show_list", list_id=list_id), 303)
            case fault:
                form.show_fault(fault)
    page = render_template(
        "console/lists/list_sender.html",
        form=form,
        mailing_list=mailing_list,
        party=current_settings(),
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200
