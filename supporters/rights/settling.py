"""Notes a request that was granted at once: a closed case, for the statistics and the clock."""

from datetime import datetime

from supporters.rights.models import Case, CaseKind, Channel, StoredText
from supporters.rights.opening import open_case


def note_settled(
    kind: CaseKind,
    channel: Channel = Channel.PAGE,
    *,
    now: datetime,
    subscriber_id: int | None = None,
) -> Case:
    """Add a case that is closed; to be called within a transaction."""
    case = open_case(kind, channel, now=now, subscriber_id=subscriber_id)
    case.closed_at = now
    case.outcome = StoredText.DONE_AT_ONCE.value
    return case
