"""Somebody asks what we hold on an address: the answer goes to its mailbox, and nowhere else.

Known or not, the same reads, the same writes and one letter (ADR 011); only the letter differs.
"""

from supporters import clock
from supporters.consent.suppressing import is_shielded
from supporters.database import db, transaction
from supporters.extensions import current_tokens
from supporters.ids import new_id
from supporters.link_secrets import RowSecret, hash_secret, new_secret, sign_row
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind, LetterStatus
from supporters.mail.outbox import Draft, Values, announce, put_letter
from supporters.mail.queries import list_unanswered_letters
from supporters.people.addresses import Address
from supporters.people.keys import rate_mac
from supporters.people.queries import find_subscriber_by_key
from supporters.rights.access.models import AccessTicket
from supporters.rights.access.rules import LINK_LIFETIME, may_send_link
from supporters.rights.holdings.holders import holder_of_address
from supporters.rights.holdings.telling import tell_everything
from supporters.tokens import Purpose

PROVENANCE = ("way", "collected_by", "collected_from", "collected_until")


def ask_for_access(address: Address, language: str) -> None:
    """Write a ticket and the letter that has its link, or that says that we hold nothing."""
    now = clock.now()
    mailbox = rate_mac(address.rate_key)
    ticket_id = new_id(now)
    secret = new_secret()
    token = sign_row(current_tokens(), Purpose.MY_DATA, RowSecret(ticket_id, secret))
    with transaction():
        Lock.MAILBOX.take(mailbox)
        subscriber = find_subscriber_by_key(address.key)
        sent = list_unanswered_letters(mailbox, now - LINK_LIFETIME, [LetterKind.MY_DATA])
        draft = Draft(
            kind=LetterKind.MY_DATA,
            recipient=address.text,
            language=language,
            values={
                "open_url": link_to("public.open_my_data_page", lang_code=language, token=token),
                "hours": int(LINK_LIFETIME.total_seconds() // 3600),
                "is_known": subscriber is not None,
                **_traces_of(address),
            },
            useful_for=LINK_LIFETIME,
            rate_mac=mailbox,
        )
        is_withheld = is_shielded(address, now) or not may_send_link(sent, now)
        letter = put_letter(draft, now=now, is_withheld=is_withheld)
        db.session.add(
            AccessTicket(
                id=ticket_id,
                token_hash=hash_secret(secret, address.key),
                subscriber_id=subscriber.id if subscriber else None,
                created_at=now,
                closes_at=now + LINK_LIFETIME,
            )
        )
    announce(letter)


def _traces_of(address: Address) -> Values:
    """Return what there may be of an address whose holder isn't on our lists.

    Each table is asked, whoever it is, so that the time tells nothing.
    """
    held = tell_everything(holder_of_address(address.text))
    traces: dict[str, str | int | list[str]] = {
        "has_asked": bool(held["signup_request"]),
        "is_invited": bool(held["invitation"]),
        "letters": sum(item["status"] != LetterStatus.WITHHELD for item in held["letter"]),
        "is_stopped": bool(held["suppression"]),
    }
    for invitation in held["invitation"]:
        traces |= {name: str(invitation[name] or "") for name in PROVENANCE}
    return traces
