"""Whether a mail server rejects one mailbox, or us (RFC 3463, RFC 5321).

A reply is stored as its code and, if the server gives one, its enhanced code: the words after
them may quote an address.
"""

import re

ENHANCED_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463 section 2
TEMPORARY_FROM, PERMANENT_FROM, BEYOND = 400, 500, 600

# No such mailbox or domain, an impossible or ambiguous address, moved away, a domain that takes no
# mail (RFC 7505), an address beyond ASCII (RFC 6531); a mailbox that is disabled or full.
OF_A_MAILBOX = frozenset(
    {
        *("5.1.1", "5.1.2", "5.1.3", "5.1.4", "5.1.6", "5.1.10", "5.6.7"),
        *("5.2.1", "5.2.2"),
    }
)


def write_reply(code: int, words: str) -> str:
    """Return a reply as stored: its code and, of a refusal, the enhanced code (RFC 2034)."""
    enhanced = ENHANCED_CODE.match(words) if TEMPORARY_FROM <= code < BEYOND else None
    return f"{code} {enhanced[0]}" if enhanced else str(code)


def is_permanent(reply: str | None) -> bool:
    """Tell whether a stored reply refuses for good."""
    code = (reply or "").partition(" ")[0]
    return code.isdecimal() and PERMANENT_FROM <= int(code) < BEYOND


def refuses_a_mailbox(reply: str | None) -> bool:
    """Tell whether a stored reply is about the recipient's mailbox."""
    return is_permanent(reply) and (reply or "").partition(" ")[2] in OF_A_MAILBOX


def refuses_us(reply: str | None) -> bool:
    """Tell whether a stored reply may be about the sender, the relay or the content.

    A bare 550 may be: a relay that refuses us answers with it too. One such answer is about one
    message; many of them are about us.
    """
    return is_permanent(reply) and not refuses_a_mailbox(reply)
