"""The language of a page: from its URL, the organiser's account, or the browser."""

from flask import Flask, g, has_request_context, request, session
from flask_login import current_user

from supporters.languages import DEFAULT_LANGUAGE, LANGUAGES

SESSION_KEY = "language"


def select_language() -> str:
    """Return the language of the current page. The default is French."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    chosen = g.get("lang_code") or session.get(SESSION_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    if request.blueprint in {"console", "security"} and current_user.is_authenticated:
        return str(current_user.language)
    return browser_language()


def browser_language() -> str:
    """Return the first language of the browser that we have."""
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


def init_languages(app: Flask) -> None:
    """Read the language from the URLs of pages, and add it to built URLs."""

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, object] | None) -> None:
        if values and "lang_code" in values:
            g.lang_code = values.pop("lang_code")

    @app.url_defaults
    def put_language(endpoint: str, values: dict[str, object]) -> None:
        if "lang_code" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang_code"):
            values["lang_code"] = g.get("lang_code") or select_language()
