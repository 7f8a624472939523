"""The filters of templates for the words of lists and of wordings."""

from flask import Flask
from flask_babel import get_locale
from markupsafe import Markup, escape

from supporters.consent.models import Wording
from supporters.consent.rules import split_wording
from supporters.lists.list_words import ListWords, list_name_of, list_words_of
from supporters.lists.models import MailingList

DASH = " – "


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(list_name_of, "list_name")
    app.add_template_filter(list_words_of, "list_words")
    app.add_template_filter(split_wording, "wording_parts")
    app.add_template_filter(box_words)
    app.add_template_filter(language_attribute, "lang")


def language_attribute(words: ListWords) -> Markup:
    """Return the attribute for words in another language than the page's (WCAG 3.1.2)."""
    is_foreign = words.language != str(get_locale())
    return Markup(' lang="%s"') % words.language if is_foreign else Markup("")


def box_words(wording: Wording, mailing_list: MailingList | None) -> Markup:
    """Return the words beside a box: without the legend, the name of a list in bold.

    A description in the first language of the list says which language it is in.
    """
    legend, text = split_wording(wording.text)
    if not legend:
        return escape(text)
    name, dash, rest = text.partition(DASH)
    shown = Markup("<strong>%s</strong>%s%s") % (name, dash, rest)
    if mailing_list is None:
        return shown
    words = list_words_of(mailing_list, wording.language)
    if words.language == wording.language or not text.startswith(words.name):
        return shown
    return Markup('<span lang="%s">%s</span>') % (words.language, shown)
