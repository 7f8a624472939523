"""The filters and values of all templates: dates, numbers, settings."""

from datetime import datetime

from flask import Flask, g, has_request_context, request
from flask_babel import format_decimal, get_locale, gettext
from markupsafe import Markup, escape

from supporters import clock
from supporters.config import Settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.people.addresses import readable
from supporters.people.profile import PROFILE_WORDS
from supporters.people.rules import mask_address
from supporters.public_languages import public_languages
from supporters.text.countries import name_of_country
from supporters.text.local_dates import (
    format_briefly,
    format_date,
    format_date_and_time,
    format_time,
)
from supporters.web.labels.person_labels import list_profile_lines
from supporters.web.page_language import url_in
from supporters.web.text_language import in_language


def init_app(app: Flask, settings: Settings) -> None:
    """Register the filters and the values."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # an accent has two bytes

    @app.template_filter("date")
    def date(moment: datetime | None) -> str:
        return "" if moment is None else format_date(moment)

    @app.template_filter("datetime")
    def date_and_time(moment: datetime | None) -> str:
        return "" if moment is None else format_date_and_time(moment)

    app.add_template_filter(lambda moment: format_briefly(moment, clock.now()), "briefly")
    app.add_template_filter(mask_address, "masked")
    app.add_template_filter(readable, "readable")
    app.add_template_filter(break_before_at, "breakable")
    app.add_template_filter(lambda subject: subject or gettext("(no subject yet)"), "titled")

    @app.template_filter("moment")
    def moment(text: str | None) -> str:
        return "" if text is None else format_date_and_time(datetime.fromisoformat(text))

    @app.template_filter("time")
    def time_of_day(moment: datetime | None) -> str:
        return "" if moment is None else format_time(moment)

    app.add_template_test(lambda value: isinstance(value, datetime), "datetime")

    @app.template_filter("number")
    def number(value: int | None) -> str:
        return "" if value is None else str(format_decimal(value))

    app.add_template_filter(in_language, "in_language")
    app.add_template_filter(list_profile_lines, "profile_lines")
    app.jinja_env.globals["profile_words"] = PROFILE_WORDS

    @app.template_filter("country")
    def country(code: str) -> str:
        return name_of_country(code, str(get_locale() or DEFAULT_LANGUAGE))

    @app.context_processor
    def values() -> dict[str, object]:
        return {
            "settings": settings,
            "language": str(get_locale() or ""),
            "languages": list_pages_in_other_languages(),
        }


def break_before_at(address: str) -> Markup:
    """Return an address that breaks before its @ where a line is too short for it."""
    return Markup("<wbr>@").join(escape(part) for part in address.rsplit("@", 1))


def list_pages_in_other_languages() -> list[tuple[str, str, str]]:
    """Return the codes, names and URLs of this page in each language."""
    if not has_request_context() or "lang_code" not in g or request.endpoint is None:
        return []
    return [(code, name, url_in(code)) for code, name in public_languages().items()]
