"""The sentences of templates: the party's name with its article, and names that run leftwards.

A name alone can't be put behind “of” in French, German, Spanish or Italian. So the catalogue has
sentences without an article. If the operator gave the words for “of the party” in a language,
the catalogue `party` has a better sentence for some of them (ADR 072).
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask
from flask_babel import Domain, get_locale
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from supporters.extensions import current_settings
from supporters.text.text_direction import has_right_to_left, isolate

DOMAIN = "party"
PARTY, OF_PARTY = "%(party)s", "%(of_party)s"
Gettext = Callable[..., str]


def init_app(app: Flask) -> None:
    """Let templates say their sentences."""
    names = app.jinja_env.globals
    say = cast(Gettext, names["gettext"])
    names["_"] = names["gettext"] = _with_phrases(say, Domain(domain=DOMAIN))
    names["ngettext"] = _with_isolates(cast(Gettext, names["ngettext"]))


def _with_phrases(translate: Gettext, phrases: Domain) -> Gettext:
    @pass_context
    def gettext(context: Context, text: str, **values: Any) -> str:
        of_party = _of_party() if "party" in values else None
        key = text.replace(PARTY, OF_PARTY) if of_party else text
        phrase = phrases.get_translations().gettext(key) if of_party else key
        if phrase == key:
            return translate(context, text, **_isolate_all(values))
        sentence = Markup(phrase) if context.eval_ctx.autoescape else phrase  # noqa: S704 - a catalogue's
        return sentence % {**_isolate_all(values), "of_party": of_party}

    return gettext


def _with_isolates(translate: Gettext) -> Gettext:
    @pass_context
    def ngettext(context: Context, *texts_and_number: Any, **values: Any) -> str:
        return translate(context, *texts_and_number, **_isolate_all(values))

    return ngettext


def _of_party() -> str | None:
    return current_settings().languages.of_party.get(str(get_locale()))


def _isolate_all(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _isolate(value) for name, value in values.items()}


def _isolate(value: Any) -> Any:
    if not isinstance(value, str) or not has_right_to_left(value):
        return value
    return Markup(isolate(value)) if isinstance(value, Markup) else isolate(value)  # noqa: S704 - it was
