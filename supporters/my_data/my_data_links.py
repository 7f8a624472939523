"""The link of My data by email: the same statements for every address, known or not.

A request stores a row with the encrypted address, and a job. A worker looks for the person, and
writes the email with the link, or with the answer that we hold no data.
"""

import json
from datetime import datetime

from sqlalchemy import select

from supporters import clock
from supporters.cases.models import AccessTicket
from supporters.cases.rules import LINK_LIFETIME, may_send_link
from supporters.consent.suppression import is_signup_mail_blocked
from supporters.crypto.encryption import DecryptionFailed
from supporters.crypto.tokens import RowSecret, TokenPurpose, hash_secret, new_secret, sign_row
from supporters.database import db, in_transaction, run_after_commit, use_case
from supporters.extensions import current_encryptor, current_tokens, queue
from supporters.ids import new_id
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind, EmailStatus
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.mail.queries import list_unanswered_emails
from supporters.people.addresses import Address, parse_address, rate_mac
from supporters.people.models import Subscriber
from supporters.people.queries import find_subscriber_by_key
from supporters.personal_data.data_registry import export_everything
from supporters.personal_data.data_subjects import data_subject_of_address
from supporters.queue import TRANSACTIONAL_PRIORITY

ANSWER_JOB = "answer_my_data_request"
PROVENANCE = ("way", "collected_by", "collected_from", "collected_until")


@use_case
def request_my_data_link(address: Address, language: str) -> None:
    """Store a request for any address; a worker answers it."""
    now = clock.now()
    content = json.dumps({"address": address.text, "language": language})
    ticket = AccessTicket(
        id=new_id(now),
        encrypted=current_encryptor().encrypt(content.encode()),
        created_at=now,
        closes_at=now + LINK_LIFETIME,
    )
    db.session.add(ticket)
    run_after_commit(lambda: queue.later(ANSWER_JOB, ticket.id, priority=TRANSACTIONAL_PRIORITY))


def answer_waiting_requests() -> None:
    """Answer the requests whose job was lost."""
    waiting = select(AccessTicket.id).where(AccessTicket.encrypted.is_not(None))
    for ticket_id in db.session.scalars(waiting.order_by(AccessTicket.id)).all():
        answer_my_data_request(ticket_id)


@use_case
def answer_my_data_request(ticket_id: int) -> None:
    """Write the email of a request: with a link, or with the answer that we hold no data."""
    ticket = db.session.get(AccessTicket, ticket_id, with_for_update=True, populate_existing=True)
    if ticket is None or ticket.encrypted is None:
        return
    try:
        request = json.loads(current_encryptor().decrypt(ticket.encrypted))
    except DecryptionFailed:
        db.session.delete(ticket)
        return
    address = parse_address(request["address"])
    Lock.MAILBOX.take(rate_mac(address.rate_key))
    secret, person = new_secret(), find_subscriber_by_key(address.key)
    ticket.encrypted, ticket.token_hash = None, hash_secret(secret, address.key)
    ticket.subscriber_id = person.id if person else None
    token = sign_row(current_tokens(), TokenPurpose.MY_DATA, RowSecret(ticket.id, secret))
    link = link_to("public.open_my_data_page", lang_code=request["language"], token=token)
    _put_answer(address, request["language"], person, link=link)


@in_transaction
def _put_answer(address: Address, language: str, person: Subscriber | None, *, link: str) -> None:
    now, mailbox = clock.now(), rate_mac(address.rate_key)
    draft = EmailDraft(
        kind=EmailKind.MY_DATA,
        recipient=address.text,
        language=language,
        values={
            "open_url": link,
            "hours": int(LINK_LIFETIME.total_seconds() // 3600),
            "is_known": person is not None,
            **_traces_of(address),
        },
        useful_for=LINK_LIFETIME,
        rate_mac=mailbox,
    )
    put_email(draft, now=now, is_withheld=not _may_send(address, mailbox, now))


def _may_send(address: Address, mailbox: bytes, now: datetime) -> bool:
    sent = list_unanswered_emails(mailbox, now - LINK_LIFETIME, [EmailKind.MY_DATA])
    return may_send_link(sent, now, is_blocked=is_signup_mail_blocked(address, now))


def _traces_of(address: Address) -> TemplateValues:
    """Return what we hold on an address that isn't a subscriber's."""
    data = export_everything(data_subject_of_address(address.text))
    traces: dict[str, str | int | list[str]] = {
        "has_asked": bool(data["signup_request"]),
        "is_invited": bool(data["invitation"]),
        "letters": sum(item["status"] != EmailStatus.WITHHELD for item in data["outbox_email"]),
        "is_stopped": bool(data["suppression"]),
    }
    for invitation in data["invitation"]:
        traces |= {name: str(invitation[name] or "") for name in PROVENANCE}
    return traces
