"""Decisions about reconfirmation: its pace, its times, and what a refused email says."""

from datetime import timedelta

RENEWAL_LIFETIME = timedelta(days=30)
BETWEEN_ROUNDS = timedelta(days=1)
ASKED_WITHIN = timedelta(days=2)
FEWEST_A_MINUTE = 60
MOST_A_MINUTE = 300
# No such mailbox, no such domain, moved away, a domain that takes no mail (RFC 3463 section 3.2,
# RFC 7505). What else is refused for good is about us: the sender, the relay, what the mail says.
NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10"})


def people_a_minute(waiting: int) -> int:
    """Return how many of those who wait are asked again each minute.

    So many that all are asked in about two days, within what letters to one mailbox provider may
    come at without looking like a flood; confirmations must get through beside them.
    """
    minutes = int(ASKED_WITHIN.total_seconds() // 60)
    return min(MOST_A_MINUTE, max(FEWEST_A_MINUTE, -(-waiting // minutes)))


def is_mailbox_gone(reply: str | None) -> bool:
    """Tell whether a reply says that nothing can ever reach this mailbox.

    A bare 550 doesn't: a relay that won't have us answers with it too.
    """
    code, _, enhanced = (reply or "").partition(" ")
    return code.startswith("5") and enhanced in NO_SUCH_MAILBOX
