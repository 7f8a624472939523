"""The words for people who have just confirmed a list: when the next email comes, and a welcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import select

from supporters import clock
from supporters.audit_log.audit_events import record_team_act
from supporters.database import db, use_case
from supporters.languages import LANGUAGES
from supporters.lists.acts import ListAct, ListNotice
from supporters.lists.models import ListThanks
from supporters.lists.purpose_changes import show_texts
from supporters.lists.queries import get_list
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, other_owners_and_officer, put_notice


class ThanksFault(Enum):
    """Why the words were not stored."""

    WELCOME_EMPTY = auto()


@dataclass(frozen=True, kw_only=True)
class ThanksText:
    """The words in one language, and whether people get the welcome email."""

    next_email: str = ""
    welcome: str = ""
    sends_welcome: bool = False


NO_WORDS = ThanksText()


def find_thanks(list_id: int) -> dict[str, ThanksText]:
    """Return the words of a list, by their languages."""
    words = find_all_thanks()
    return {language: text for (owner, language), text in words.items() if owner == list_id}


def find_all_thanks() -> dict[tuple[int, str], ThanksText]:
    """Return the words of all lists, by list and language."""
    rows = db.session.scalars(select(ListThanks))
    return {(each.mailing_list_id, each.language): _text_of(each) for each in rows}


@use_case
def change_thanks(list_id: int, texts: Mapping[str, ThanksText]) -> bool | ThanksFault:
    """Store the words of a list in each language; tell whether anything changed.

    The welcome email is for people who confirm from the moment on when it is switched on.
    """
    if any(each.sends_welcome and not each.welcome for each in texts.values()):
        return ThanksFault.WELCOME_EMPTY
    before = find_thanks(list_id)
    after = {code: texts.get(code, NO_WORDS) for code in LANGUAGES}
    if after == {code: before.get(code, NO_WORDS) for code in LANGUAGES}:
        return False
    for code, text in after.items():
        _store(list_id, code, text)
    sent_in = ", ".join(code for code, text in after.items() if text.sends_welcome)
    record_team_act(ListAct.THANKS_CHANGED, list_id, {"welcome": sent_in or "–"})
    _notify(list_id, {code: text.welcome for code, text in after.items() if text.sends_welcome})
    return True


def _notify(list_id: int, welcomes: Mapping[str, str]) -> None:
    values = {
        "actor": name_of_actor(),
        "name": get_list(list_id).name,
        "texts": show_texts(welcomes) or "–",
    }
    url = link_to("console.list_thanks", list_id=list_id)
    put_notice(ListNotice.WELCOME_CHANGED, other_owners_and_officer(), values, url=url)


def _store(list_id: int, language: str, text: ThanksText) -> None:
    row = db.session.get(ListThanks, (list_id, language))
    if row is None:
        row = ListThanks(mailing_list_id=list_id, language=language)
        db.session.add(row)
    row.next_email, row.welcome = text.next_email, text.welcome
    if not text.sends_welcome:
        row.welcomed_since = None
    elif row.welcomed_since is None:
        row.welcomed_since = clock.now()


def _text_of(row: ListThanks) -> ThanksText:
    return ThanksText(
        next_email=row.next_email,
        welcome=row.welcome,
        sends_welcome=row.welcomed_since is not None,
    )
