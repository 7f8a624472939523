"""Whether a mail server rejects one mailbox, or us (RFC 3463, RFC 5321).

A reply is stored as its code and, if the server gives one, its enhanced code: the words after
them may quote an address.
"""

import re

from supporters.bounce_classes.classes import BounceClass
from supporters.bounce_classes.classifier import classify
from supporters.bounce_classes.codes import list_statuses

ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463 section 2
TEMPORARY_FROM, PERMANENT_FROM, BEYOND = 400, 500, 600

# An impossible or ambiguous address, or one beyond ASCII (RFC 6531): no evidence of a death, and
# about the recipient all the same.
OF_ITS_FORM = {"5.1.3", "5.1.4", "5.6.7"}
# A relay that finds no way says it of everybody: in its own reply it may be about the relay.
OF_THE_RELAY = {"5.4.4"}
OF_A_RECIPIENT = {
    *(BounceClass.NO_MAILBOX, BounceClass.NO_DOMAIN, BounceClass.DISABLED, BounceClass.FULL),
}
OF_A_MAILBOX = (list_statuses(OF_A_RECIPIENT) | OF_ITS_FORM) - OF_THE_RELAY


def write_reply(code: int, words: str) -> str:
    """Return a reply as stored: its code and, of a refusal, the enhanced code (RFC 2034)."""
    enhanced = ENHANCED_CODE.match(words) if TEMPORARY_FROM <= code < BEYOND else None
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def is_permanent(reply: str | None) -> bool:
    """Tell whether a stored reply refuses for good."""
    code = (reply or "").partition(" ")[0]
    return code.isdecimal() and PERMANENT_FROM <= int(code) < BEYOND


def class_of(reply: str | None) -> BounceClass:
    """Return what the codes of a stored refusal are evidence of; other replies were not in time."""
    code, _, status = (reply or "").partition(" ")
    if code and not is_permanent(reply):
        return BounceClass.EXPIRED
    return classify(int(code) if code else None, status or None, "")


def refuses_a_mailbox(reply: str | None) -> bool:
    """Tell whether a stored reply is about the recipient's mailbox."""
    return is_permanent(reply) and (reply or "").partition(" ")[2] in OF_A_MAILBOX


def refuses_us(reply: str | None) -> bool:
    """Tell whether a stored reply may be about the sender, the relay or the content.

    A bare 550 may be: a relay that refuses us answers with it too. One such answer is about one
    message; many of them are about us.
    """
    return is_permanent(reply) and not refuses_a_mailbox(reply)
