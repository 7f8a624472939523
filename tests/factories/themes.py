"""The party's theme in purple."""

from supporters.campaigns.theme_changes import ThemeChoice, change_theme
from supporters.mail.mail_theme import find_theme
from supporters.web.public.page_theme import make_page_theme

PURPLE, YELLOW, WHITE = "#7a1f5c", "#ffcc00", "#ffffff"


def choose_theme(**values: object) -> None:
    """Choose a purple theme, with these values of another one."""
    chosen = {"accent": PURPLE, "accent_words": WHITE, "stripe": YELLOW, "links": {}}
    assert change_theme(ThemeChoice(**{**chosen, **values}), by_id=None) is True  # type: ignore[arg-type]


def make_style_name() -> str:
    """Choose a purple theme; return the name of its style sheet."""
    choose_theme()
    return make_page_theme(find_theme()).style_name
