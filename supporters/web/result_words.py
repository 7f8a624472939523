"""The words of what came of a campaign: shares, and how far a cancelled one came."""

from collections.abc import Sequence

from flask import Flask
from flask_babel import format_decimal, format_percent, get_locale, gettext, ngettext


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.add_template_filter(name_share, "share")
    app.add_template_filter(describe_reach, "reach_words")


def name_share(share: float | None) -> str:
    """Return a share in percent with one decimal; a dash if there is none."""
    if share is None:
        return "–"
    whole: str = get_locale().percent_formats[None].pattern
    return str(format_percent(share, whole.replace("0", "0.0", 1)))


def describe_reach(reach: Sequence[int]) -> str:
    """Return how far a cancelled campaign came: who got it, of all, and whom its end left out."""
    accepted, audience, cancelled = reach
    words: str = gettext(
        "Cancelled by us at %(percent)s%%: %(reached)s of %(audience)s people got it.",
        percent=100 * accepted // audience if audience else 0,
        reached=format_decimal(accepted),
        audience=format_decimal(audience),
    )
    if not cancelled:
        return words
    missed = ngettext(
        "%(missed)s didn’t get it, because of that.",
        "%(missed)s didn’t get it, because of that.",
        cancelled,
        missed=format_decimal(cancelled),
    )
    return f"{words} {missed}"
