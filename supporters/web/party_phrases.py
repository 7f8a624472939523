"""Sentences with the party's name and its article, as in « les messages du Parti de l’Exemple ».

A name alone can't be put behind “of” in French, German, Spanish or Italian. So the catalogue has
sentences without an article. If the operator gave the words for “of the party” in a language,
the catalogue `party` has a better sentence for some of them (ADR 072).
"""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask
from flask_babel import Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from supporters.extensions import current_settings

DOMAIN = "party"
Gettext = Callable[..., str]


def init_app(app: Flask) -> None:
    """Let templates say these sentences."""
    names = app.jinja_env.globals
    names["_"] = names["gettext"] = _with_phrases(
        cast(Gettext, names["gettext"]), Domain(domain=DOMAIN)
    )


def _with_phrases(translate: Gettext, phrases: Domain) -> Gettext:
    @pass_context
    def gettext(context: Context, text: str, *args: Any, **values: Any) -> str:
        of_party = _of_party() if "party" in values else None
        phrase = phrases.get_translations().gettext(text) if of_party else text
        if phrase == text:
            return translate(context, text, *args, **values)
        kept = Markup(phrase) if context.eval_ctx.autoescape else phrase  # noqa: S704 - a catalogue's
        return kept % {**values, "of_party": of_party}

    return gettext


def _of_party() -> str | None:
    return current_settings().languages.of_party.get(str(get_locale()))
