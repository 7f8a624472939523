"""Changes the wordings of a purpose: the words only, or the meaning (REQ-15, REQ-16).

Better words are a new version of the same purpose. Another meaning is a new purpose that succeeds
it: people who agreed earlier keep the earlier one until they agree again. A wording that a page has
shown is never changed or deleted.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum, auto

from supporters import clock
from supporters.consent.models import OptionalPurpose, Purpose
from supporters.consent.queries import find_current_wording, find_purpose, find_successor
from supporters.consent.rules import WordingChange, WordingFault, find_wording_faults, is_changed
from supporters.consent.wordings import add_purpose, store_wording
from supporters.database import db, transaction
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.lists.models import ListPurpose
from supporters.lists.queries import find_list_of_purpose
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_team_act

WordingFaults = dict[str, list[WordingFault]]


class ChangeWordingError(Enum):
    """Why a wording was not changed."""

    UNKNOWN = auto()
    SUCCEEDED = auto()
    SAME_TEXT = auto()


def find_faults(texts: Mapping[str, str]) -> WordingFaults:
    """Return the faults of the wording in each language; empty if there are none."""
    party_name = current_settings().party_name
    found = {code: find_wording_faults(texts.get(code, ""), party_name) for code in LANGUAGES}
    return {code: faults for code, faults in found.items() if faults}


def change_wording(
    purpose_id: int, texts: Mapping[str, str], change: WordingChange
) -> Purpose | ChangeWordingError | WordingFaults:
    """Replace the current wordings; return the purpose that people agree to from now."""
    if faults := find_faults(texts):
        return faults
    now = clock.now()
    with transaction():
        purpose = find_purpose(purpose_id)
        if purpose is None:
            return ChangeWordingError.UNKNOWN
        if find_successor(purpose_id) is not None:
            return ChangeWordingError.SUCCEEDED
        if not is_changed(texts, current_texts(purpose_id)):
            return ChangeWordingError.SAME_TEXT
        if change is WordingChange.MATERIAL:
            return _succeed(purpose, texts, now)
        for language, text in texts.items():
            store_wording(purpose_id, language, text, now=now)
        record_team_act(Act.PURPOSE_REWORDED, purpose_id)
    return purpose


def current_texts(purpose_id: int) -> dict[str, str]:
    """Return the current wordings of a purpose, by language."""
    found = {code: find_current_wording(purpose_id, code) for code in LANGUAGES}
    return {code: wording.text for code, wording in found.items() if wording is not None}


def _succeed(purpose: Purpose, texts: Mapping[str, str], now: datetime) -> Purpose:
    """Add a purpose that replaces another, on its list or on the signup pages."""
    successor = add_purpose(purpose.kind, texts, now=now, succeeds=purpose.id)
    mailing_list = find_list_of_purpose(purpose.id)
    offer = db.session.get(OptionalPurpose, purpose.id)
    if mailing_list is not None:
        list_purpose = ListPurpose(
            purpose_id=successor.id, mailing_list_id=mailing_list.id, since=now
        )
        db.session.add(list_purpose)
        mailing_list.purpose_id = successor.id
    if offer is not None:
        db.session.delete(offer)
        db.session.add(OptionalPurpose(purpose_id=successor.id, since=now))
    record_team_act(Act.PURPOSE_SUCCEEDED, successor.id, {"before": str(purpose.id)})
    return successor
