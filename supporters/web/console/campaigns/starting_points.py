"""The text that a new campaign begins with, as the address of a page names it."""

from collections.abc import Mapping

from flask import abort
from flask_babel import gettext

from supporters.campaigns.beginnings.queries import find_team_text
from supporters.campaigns.beginnings.starting_texts import (
    ReadyTemplate,
    StartingText,
    read_ready,
    start_from_campaign,
    start_from_team_text,
)
from supporters.campaigns.models import TeamText
from supporters.languages import TEAM_LANGUAGES
from supporters.web.console.campaigns.campaign_pages import get_campaign_or_404

MOST_DIGITS = {"campaign": 9, "saved": 18}  # of ids that a database can hold


def find_start(asked: Mapping[str, str]) -> StartingText | None:
    """Return the text that `ready`, `saved` or `campaign` names; None if there is none of them.

    A name of nothing is answered by 404.
    """
    if "campaign" in asked:
        return start_from_campaign(get_campaign_or_404(_read_id(asked, "campaign")))
    if "saved" in asked:
        return start_from_team_text(get_team_text_or_404(_read_id(asked, "saved")))
    if "ready" not in asked:
        return None
    language = asked.get("language", "")
    if asked["ready"] not in [*ReadyTemplate] or language not in TEAM_LANGUAGES:
        abort(404, gettext("There is no such template."))
    return read_ready(ReadyTemplate(asked["ready"]), language)


def get_team_text_or_404(text_id: int) -> TeamText:
    """Return the template or the piece with this id, or answer 404."""
    return find_team_text(text_id) or abort(404, gettext("There is no such template."))


def _read_id(asked: Mapping[str, str], name: str) -> int:
    """Return the id; 0, which nothing has, for what is no number."""
    typed = asked[name]
    is_number = typed.isascii() and typed.isdecimal()
    return int(typed) if is_number and len(typed) <= MOST_DIGITS[name] + 1 else 0
