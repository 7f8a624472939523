"""The settings of a list that owners change: its sender, its territory, its words of thanks."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.list_sender import change_sender
from supporters.lists.list_territories import change_territory, find_territory, write_territory
from supporters.lists.list_thanks import ThanksFault, change_thanks, find_thanks
from supporters.web.console.console_blueprint import (
    LIST,
    console,
    owners_only,
    recent_password_required,
)
from supporters.web.console.lists.list_forms import SenderForm, TerritoryForm
from supporters.web.console.lists.list_pages import after_change_of_list, get_list_or_404
from supporters.web.console.lists.thanks_forms import ThanksForm


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


@console.route(f"/lists/{LIST}/territory", methods=["GET", "POST"])
@owners_only
def list_territory(list_id: int) -> ResponseReturnValue:
    """Show and change the territory of a list."""
    mailing_list = get_list_or_404(list_id)
    form = TerritoryForm(write_territory(find_territory(list_id)))
    if form.validate_on_submit():
        match change_territory(list_id, form.typed()):
            case bool(is_changed):
                words = gettext("The territory is saved.")
                return after_change_of_list(list_id, words if is_changed else None)
            case faults:
                form.show_faults(faults)
    return form.render("console/lists/list_territory.html", mailing_list=mailing_list)


@console.route(f"/lists/{LIST}/thanks", methods=["GET", "POST"])
@owners_only
@recent_password_required
def list_thanks(list_id: int) -> ResponseReturnValue:
    """Show and change the words for people who have just confirmed a list."""
    mailing_list = get_list_or_404(list_id)
    form = ThanksForm(data=ThanksForm.describe(find_thanks(list_id)))
    if form.validate_on_submit():
        match change_thanks(list_id, form.texts()):
            case ThanksFault.WELCOME_EMPTY:
                form.show_empty()
            case has_changed:
                words = gettext("Saved. People who confirm from now on see these words.")
                return after_change_of_list(list_id, words if has_changed else None)
    return form.render(
        "console/lists/list_thanks.html", mailing_list=mailing_list, text_languages=LANGUAGES
    )
