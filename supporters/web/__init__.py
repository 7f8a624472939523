"""The web pages: public pages and the organisers' console."""

from flask import Flask

from supporters.config import Settings
from supporters.web import (
    count_exchange,
    error_pages,
    filters,
    form_servers,
    headers,
    labels,
    list_filters,
    origins,
    page_compression,
    party_sentences,
    request_actor,
    result_words,
    schema_guard,
    state_tests,
    static_files,
    unchanged_pages,
)
from supporters.web.console import console
from supporters.web.console.console_error_pages import render_error_for_team
from supporters.web.front import Front
from supporters.web.health import health
from supporters.web.hooks import hooks
from supporters.web.page_language import init_languages, select_language
from supporters.web.public import page_theme, public
from supporters.web.public.archive import archive_pages
from supporters.web.public.waiting_page import render_waiting_page
from supporters.web.sessions import Sessions

__all__ = ["Front", "init_app", "origins", "select_language"]


def init_app(app: Flask, settings: Settings) -> None:
    """Register all pages."""
    app.session_interface = Sessions()
    form_servers.init_app(app)
    request_actor.init_app(app)
    init_languages(app)
    filters.init_app(app, settings)
    party_sentences.init_app(app)
    labels.init_app(app)
    result_words.init_app(app)
    list_filters.init_app(app)
    state_tests.init_app(app)
    page_theme.init_app(app)
    archive_pages.init_app(app)
    headers.init_app(app, settings)
    page_compression.init_app(app)
    unchanged_pages.init_app(app)
    count_exchange.init_app(app)
    static_files.init_app(app, is_watched=settings.is_development)
    schema_guard.init_app(app)
    error_pages.init_app(
        app,
        settings.base_url,
        team_page=render_error_for_team,
        waiting_page=render_waiting_page,
    )
    app.register_blueprint(public)
    app.register_blueprint(console)
    app.register_blueprint(health)
    app.register_blueprint(hooks)
