"""Writes the headers that name the list which a mail is about (RFC 2369, RFC 2919)."""

from collections.abc import Iterator
from dataclasses import dataclass

from supporters.config import Settings
from supporters.mail.message.headers import write_header, write_mailbox

ONE_CLICK = write_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")  # RFC 8058


@dataclass(frozen=True, kw_only=True)
class ListIdentity:
    """What names a list to mail programs, and its mails to Gmail's feedback loop."""

    slug: str
    name: str
    feedback: str


def write_list_headers(settings: Settings, identity: ListIdentity) -> Iterator[bytes]:
    """Yield the headers that are the same in all mails about a list. Raises HeaderUnsafe."""
    contact = f"<mailto:{settings.party_contact}>"
    label = f"{identity.slug}.{settings.mail_domain}"
    feedback = f"{identity.feedback}:{identity.slug}:{settings.mail_domain}:supporters"
    yield write_header("List-Id", write_mailbox(identity.name, label))
    yield write_header("List-Help", contact)
    yield write_header("List-Owner", contact)
    yield write_header("List-Post", "NO")
    yield write_header("Feedback-ID", feedback)
