"""The words after a confirmation: owners say when the next email comes, and write the welcome."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from supporters.languages import LANGUAGES
from supporters.lists.list_thanks import ThanksFault, change_thanks, find_thanks
from supporters.web.console.console_blueprint import LIST, console, owners_only
from supporters.web.console.lists.list_pages import get_list_or_404
from supporters.web.console.lists.thanks_forms import ThanksForm
from supporters.web.console.reauthentication import recent_password_required

UNPROCESSABLE = 422


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
                flash(words if has_changed else gettext("Nothing was changed."), "success")
                return redirect(url_for("console.show_list", list_id=list_id), 303)
    page = render_template(
        "console/lists/list_thanks.html",
        form=form,
        mailing_list=mailing_list,
        text_languages=LANGUAGES,
    )
    return page, UNPROCESSABLE if form.is_submitted() else 200
