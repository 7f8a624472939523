"""Decides what a mail server's refusal of a question says about the mailbox."""

# No such mailbox, no such domain, moved away, a domain that takes no mail (RFC 3463 section 3.2,
# RFC 7505). What else is refused for good is about us: the sender, the relay, what the mail says.
NO_SUCH_MAILBOX = frozenset({"5.1.1", "5.1.2", "5.1.6", "5.1.10"})


def is_mailbox_gone(reply: str | None) -> bool:
    """Tell whether a reply says that nothing can ever reach this mailbox.

    A bare 550 doesn't: a relay that won't have us answers with it too.
    """
    code, _, enhanced = (reply or "").partition(" ")
    return code.startswith("5") and enhanced in NO_SUCH_MAILBOX
