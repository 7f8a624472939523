"""Decides the pace and the times of reconfirmation, and which rejections mean "no mailbox"."""

from datetime import timedelta

RECONFIRMATION_LIFETIME = timedelta(days=30)
BETWEEN_ROUNDS = timedelta(days=1)
ASKED_WITHIN = timedelta(days=2)
FEWEST_A_MINUTE = 60
MOST_A_MINUTE = 300
# No such mailbox, no such domain, moved away, a domain that takes no mail (RFC 3463 section 3.2,
# RFC 7505). Other permanent rejections are about us: the sender, the relay, the content.
NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10"})


def people_a_minute(waiting: int) -> int:
    """Return how many of the waiting people are asked each minute.

    All are asked in about two days, within a pace that mailbox providers accept: confirmation
    emails must get through at the same time.
    """
    minutes = int(ASKED_WITHIN.total_seconds() // 60)
    return min(MOST_A_MINUTE, max(FEWEST_A_MINUTE, -(-waiting // minutes)))


def is_mailbox_gone(reply: str | None) -> bool:
    """Tell whether a reply means that this mailbox does not exist.

    A 550 without an enhanced code does not: a relay that rejects us sends it too.
    """
    code, _, enhanced = (reply or "").partition(" ")
    return code.startswith("5") and enhanced in NO_SUCH_MAILBOX
