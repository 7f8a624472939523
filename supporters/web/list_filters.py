"""The filters of templates for the words of lists and of wordings."""

from typing import Protocol

from flask import Flask
from flask_babel import format_decimal, get_locale, gettext, ngettext
from markupsafe import Markup, escape

from supporters.campaigns.models import Campaign
from supporters.consent.models import Wording
from supporters.consent.rules import split_wording
from supporters.lists.models import MailingList, list_name_of, list_words_of

DASH = " – "


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(list_name_of, "list_name")
    app.add_template_filter(list_words_of, "list_words")
    app.add_template_filter(split_wording, "wording_parts")
    app.add_template_filter(box_words)
    app.add_template_filter(name_audience)
    app.add_template_filter(language_attribute, "lang")


def name_audience(campaign: Campaign, first: MailingList) -> str:
    """Return the name of the first list of a campaign, and how many more there are."""
    if not campaign.lists:
        return str(gettext("no list yet"))
    more = len(campaign.lists) - 1
    if not more:
        return first.name
    words = {"list": first.name, "count": format_decimal(more)}
    return str(
        ngettext("%(list)s and %(count)s more", "%(list)s and %(count)s more", more, **words)
    )


class InLanguage(Protocol):
    """Words that know their language."""

    @property
    def language(self) -> str:
        """The code of the language."""


def language_attribute(words: InLanguage) -> Markup:
    """Return the attribute for words in another language than the page's (WCAG 3.1.2)."""
    is_foreign = words.language != str(get_locale())
    return Markup(' lang="%s"') % words.language if is_foreign else Markup("")


def box_words(wording: Wording, mailing_list: MailingList | None) -> Markup:
    """Return the words beside a box: without the legend, the name of a list in bold.

    Words in another language than the page's say which one it is (WCAG 3.1.2): a wording that is
    not yet there in the page's language, and a description in the first language of the list.
    """
    legend, text = split_wording(wording.text)
    if not legend:
        return _in_language(wording.language, escape(text))
    name, dash, rest = text.partition(DASH)
    shown = Markup("<strong>%s</strong>%s%s") % (name, dash, rest)
    if mailing_list is None:
        return _in_language(wording.language, shown)
    words = list_words_of(mailing_list, wording.language)
    is_named = text.startswith(words.name)
    return _in_language(words.language if is_named else wording.language, shown)


def _in_language(language: str, shown: Markup) -> Markup:
    if language == str(get_locale()):
        return shown
    return Markup('<span lang="%s">%s</span>') % (language, shown)
