"""The sender of a list's emails: owners change the name and the address for answers."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import current_settings
from supporters.lists.list_sender import change_sender
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_forms import SenderForm
from supporters.web.console.lists.list_pages import after_change_of_list, get_list_or_404
from supporters.web.console.reauthentication import recent_password_required


@console.route(f"/lists/{LIST}/sender", methods=["GET", "POST"])
@owners_only
@recent_password_required
def list_sender(list_id: int) -> ResponseReturnValue:
    """Show and change the sender of a list."""
    mailing_list = get_list_or_404(list_id)
    form = SenderForm(mailing_list)
    if form.validate_on_submit():
        match change_sender(list_id, form.sender()):
            case bool(is_changed):
                words = gettext("Changed. It counts for messages that aren’t frozen yet.")
                return after_change_of_list(list_id, words if is_changed else None)
            case fault:
                form.show_fault(fault)
    return form.render(
        "console/lists/list_sender.html", mailing_list=mailing_list, party=current_settings()
    )
