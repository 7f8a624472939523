"""Gives drafts one language more, or one less."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns.campaign_texts import LanguageText
from supporters.campaigns.drafts import DraftError
from supporters.campaigns.language_texts import add_language, remove_language
from supporters.campaigns.models import Campaign
from supporters.languages import LANGUAGES
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404
from supporters.web.console.campaigns.languages.language_tabs import make_language_form
from supporters.web.console.console_blueprint import CAMPAIGN, done, for_writers


@for_writers.post(f"/campaigns/{CAMPAIGN}/languages")
def add_text(campaign_id: int) -> ResponseReturnValue:
    """Give a draft a text in one more language, and open it."""
    form = make_language_form(get_campaign_or_404(campaign_id))
    if not form.validate_on_submit():
        return _refuse(campaign_id, DraftError.LANGUAGE_TAKEN)
    language = form.language.data
    match add_language(campaign_id, language, by_id=current_user.id, is_copied=form.is_copied.data):
        case LanguageText():
            page = url_for("console.edit_campaign", campaign_id=campaign_id, language=language)
            return redirect(page, 303)
        case refused:
            return _refuse(campaign_id, refused)


@for_writers.post(f"/campaigns/{CAMPAIGN}/languages/<language>/remove")
def remove_text(campaign_id: int, language: str) -> ResponseReturnValue:
    """Take a language away. The next page shows its history, from which it comes back."""
    get_campaign_or_404(campaign_id)
    match remove_language(campaign_id, language, by_id=current_user.id):
        case Campaign():
            name = LANGUAGES[language]
            words = gettext("The text is removed (%(language)s). It is still here.", language=name)
            return done(words, "console.history", campaign_id=campaign_id, language=language)
        case refused:
            return _refuse(campaign_id, refused)


def _refuse(campaign_id: int, refused: DraftError) -> ResponseReturnValue:
    match refused:
        case DraftError.LANGUAGE_TAKEN:
            flash(gettext("This campaign has another text in this language."), "error")
        case DraftError.NOT_A_DRAFT:
            flash(gettext("That isn’t possible in the campaign’s present state."), "error")
        case _:
            abort(404)
    return redirect(url_for("console.show_campaign", campaign_id=campaign_id), 303)
