"""The words after a confirmation: owners say when the next email comes, and write the welcome."""

from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.languages import LANGUAGES
from supporters.lists.list_thanks import ThanksFault, change_thanks, find_thanks
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_pages import after_change_of_list, get_list_or_404
from supporters.web.console.lists.thanks_forms import ThanksForm
from supporters.web.console.reauthentication import recent_password_required


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
