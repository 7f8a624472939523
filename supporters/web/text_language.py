"""Says in which language a text is, where its page has another: screen readers need it (WCAG)."""

from flask_babel import get_locale
from markupsafe import Markup


def in_language(text: str, language: str) -> str:
    """Return a text, in an element with its language if that isn't the language of the page."""
    if language == str(get_locale()):
        return text
    return Markup('<span lang="{}" dir="auto">{}</span>').format(language, text)
