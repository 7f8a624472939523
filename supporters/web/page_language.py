"""The language of a page: from its URL, the organiser's account, or the browser."""

import re

from flask import Flask, g, has_request_context, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as WerkzeugResponse

from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES, TEAM_LANGUAGES
from supporters.public_languages import (
    default_public_language,
    is_offered_language,
    public_languages,
)

SESSION_KEY = "language"
PLAIN_PATH = re.compile(r"[\w./-]+", re.ASCII)
TEAM_BLUEPRINTS = {"console", "security", "dev", "training"}


def select_language() -> str:
    """Return the language of the current page. Without a page it is French."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = g.get("lang_code") or g.get("reader_language") or session.get(SESSION_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    if request.blueprint not in TEAM_BLUEPRINTS:
        return browser_language()
    if current_user.is_authenticated:
        return str(current_user.language)
    return request.accept_languages.best_match(TEAM_LANGUAGES) or DEFAULT_LANGUAGE


def browser_language() -> str:
    """Return the first language of the browser that the party offers."""
    return request.accept_languages.best_match(public_languages()) or default_public_language()


def init_languages(app: Flask) -> None:
    """Read the language from the URLs of pages, and add it to built URLs."""

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "lang_code" in values:
            g.lang_code = values.pop("lang_code")
        elif endpoint is None and is_offered_language(first := request.path.split("/")[1]):
            g.reader_language = first  # no page is there, and the answer says so in this language

    @app.before_request
    def lead_to_offered_language() -> WerkzeugResponse | None:
        if request.method not in {"GET", "HEAD"} or is_offered_language(_code_of_url()):
            return None
        query = request.query_string.decode("ascii", "ignore")
        url = url_in(default_public_language())
        return redirect(f"{url}?{query}" if query else url)

    @app.url_defaults
    def put_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang_code" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang_code"):
            values["lang_code"] = g.get("lang_code") or select_language()


def url_in(code: str) -> str:
    """Return the URL of this page in a language.

    It differs in its first part only. A path that needs escapes is built anew.
    """
    path, own = request.path, f"/{g.get('lang_code')}/"
    if path.startswith(own) and PLAIN_PATH.fullmatch(path):
        return f"/{code}/{path.removeprefix(own)}"
    values = {**(request.view_args or {}), "lang_code": code}
    return url_for(str(request.endpoint), **values)


def _code_of_url() -> str:
    """Return the language in the URL; the default for pages without one."""
    return str(g.get("lang_code") or default_public_language())
