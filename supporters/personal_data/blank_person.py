"""Blanks the row of a person that stays while an erasure waits for a batch of emails.

It walks the columns of the table: a new one is blanked unless it is named here with its reason.
"""

from collections.abc import Mapping
from datetime import datetime
from secrets import token_bytes

from supporters.database import in_transaction
from supporters.languages import DEFAULT_LANGUAGE
from supporters.people.models import Subscriber

BLANK_DOMAIN = "erased.invalid"  # a domain that no email can go to (RFC 2606)
COLUMNS = tuple(column.name for column in Subscriber.__table__.columns)
UNBLANKED = {
    "id": "the deliveries that wait refer to it",
    "created_at": "the time of the first event, which stays as long as the row",
    "log_salt": "the checks of the log open the events of the row with it until both go",
    "joined_event_id": "the database demands the event that made the row",
    "joined_event_kind": "always the same",
}


@in_transaction
def blank_person(subscriber: Subscriber, *, now: datetime) -> None:
    """Overwrite every column of a locked person, and restrict them: nobody may write to them."""
    replaced = _list_replacements(subscriber, now)
    for name in COLUMNS:
        if name not in UNBLANKED:
            setattr(subscriber, name, replaced.get(name))


def _list_replacements(subscriber: Subscriber, now: datetime) -> Mapping[str, object]:
    """Return the values for columns that can't be empty."""
    address = f"{subscriber.id}@{BLANK_DOMAIN}"
    return {
        "address": address,
        "address_key": address,
        "address_mac": token_bytes(32),
        "language": DEFAULT_LANGUAGE,
        "acted_at": now,
        "restricted_at": subscriber.restricted_at or now,
    }
