"""The language of a campaign's text that a page is about: `?language=en` in its address."""

from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _
from markupsafe import Markup
from wtforms import BooleanField, SelectField

from supporters.archive.issue_articles import render_article
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import (
    find_in_language,
    list_in_languages,
    other_language,
)
from supporters.campaigns.queries import get_campaign
from supporters.campaigns.states import may_edit
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.languages import LANGUAGES
from supporters.lists.queries import get_list
from supporters.public_languages import public_languages
from supporters.web.forms import Form, SelectChoice


class AddLanguageForm(Form):
    """A language that a draft hasn't got yet, and whether it begins with the first text."""

    language = SelectField(label=_("Language"))
    is_copied = BooleanField(label=_("Begin with a copy of the first text"), default=True)


@dataclass(frozen=True, kw_only=True)
class LanguageTab:
    """A language of a campaign: `other` is its code in addresses, None for the first language."""

    code: str
    name: str
    other: str | None
    is_here: bool


def text_of_page(campaign: Campaign) -> Campaign:
    """Return a campaign in the language of the address, or answer 404 if it hasn't got it."""
    return find_text_of_page(campaign) or abort(404)


def find_text_of_page(campaign: Campaign) -> Campaign | None:
    """Return a campaign in the language of the address; None if it hasn't got it any more."""
    asked = request.args.get("language")
    return campaign if asked is None else find_in_language(campaign, asked)


def list_tabs(campaign: Campaign, here: Campaign | None) -> list[LanguageTab]:
    """Return the languages of a campaign for the tabs of a page about one of its texts."""
    return [
        LanguageTab(
            code=each.language,
            name=LANGUAGES.get(each.language, each.language),
            other=other_language(each),
            is_here=here is not None and each.language == here.language,
        )
        for each in list_in_languages(campaign)
    ]


def make_language_form(campaign: Campaign) -> AddLanguageForm:
    """Return the form with the languages that the party offers and the draft hasn't got."""
    form = AddLanguageForm()
    written = {each.language for each in list_in_languages(campaign)}
    form.language.choices = [
        SelectChoice(code, name) for code, name in public_languages().items() if code not in written
    ]
    return form


def to_text(text: Campaign) -> ResponseReturnValue:
    """Redirect to the editor of a text."""
    language = other_language(text)
    return redirect(url_for("console.edit_campaign", campaign_id=text.id, language=language), 303)


def describe_tabs(text: Campaign) -> dict[str, object]:
    """Return the tabs of a page about one text, and the language of that text, if it has some."""
    return {"tabs": list_tabs(get_campaign(text.id), text), "other": other_language(text)}


def describe_languages(text: Campaign | None) -> dict[str, object]:
    """Return the languages of a draft for its page: tabs, what can be added, the first text."""
    if text is None:
        return {"tabs": [], "other": None, "original": None}
    stored, other = get_campaign(text.id), other_language(text)
    return {
        **describe_tabs(text),
        "original": _show_original(stored) if other else None,
        "adding": make_language_form(stored) if may_edit(stored.status) else None,
    }


def _show_original(campaign: Campaign) -> dict[str, object]:
    """Return the first text as it is read, for the one who writes it in another language."""
    article = render_article(freeze_campaign(campaign, get_list(campaign.mailing_list_id)))
    return {
        "text": campaign,
        "name": LANGUAGES[campaign.language],
        "html": Markup(article.html) if article else None,  # noqa: S704 - escaped by its template
    }
