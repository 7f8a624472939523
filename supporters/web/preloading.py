"""Loads once what the first visitors of each process would wait for; its forks share it (ADR 096).

gunicorn forks the processes of the pages from one that has loaded the program. A template is
compiled where it is first used, which takes some milliseconds, and a page has dozens of them.
"""

from flask import Flask
from flask_babel import force_locale, get_translations

from supporters.languages import LANGUAGES
from supporters.migrations.state import known_migrations
from supporters.web.static_files import current_static_files

OF_VISITORS = ("errors/", "mail/confirm_signup/", "parts/", "public/")


def load_public_pages(app: Flask) -> None:
    """Load the texts, the static files and the templates of the public pages."""
    known_migrations()
    for name in app.jinja_env.list_templates(filter_func=lambda each: each.startswith(OF_VISITORS)):
        app.jinja_env.get_template(name)
    with app.app_context():
        current_static_files().hashed_name("css/base.css")  # it reads all files
        for language in LANGUAGES:
            with force_locale(language):
                get_translations()
