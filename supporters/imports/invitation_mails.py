"""Sends one email per invitation at the pace of the warm-up, and counts the rejections."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.crypto.tokens import RowSecret, TokenPurpose, hash_secret, new_secret, sign_row
from supporters.database import db, delete_where, transaction, update_where, use_case
from supporters.dialects import in_values
from supporters.extensions import current_tokens
from supporters.imports.import_approval import hold_if_rejected
from supporters.imports.invitation_answers import OPENS_NOTHING
from supporters.imports.invitation_eligibility import HashedRow, list_not_invitable
from supporters.imports.models import Invitation, InvitationStatus, ListImport
from supporters.imports.queries import (
    count_queued_invitations,
    find_import_to_send,
    list_next_invitations,
)
from supporters.imports.row_reader import ImportRow
from supporters.imports.rules import (
    INVITATION_LIFETIME,
    MAIL_LIFETIME,
    MOST_QUEUED,
    count_due,
    day_of,
)
from supporters.imports.states import INVITATION_STATES, InvitationMove
from supporters.lists.models import MailingList, list_words_of
from supporters.lists.queries import get_list, list_subscribed
from supporters.locks import Lock
from supporters.mail.links import link_to
from supporters.mail.mail_templates import MailContent, render_content
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, TemplateValues, put_email
from supporters.people.addresses import rate_mac, stored_address
from supporters.smtp_replies import is_permanent

log = structlog.get_logger(__name__)
SETTLED_PER_BATCH = 2_000
SAMPLE_NAME = "Camille"


def send_next_invitations(now: datetime) -> int:
    """Put the emails that are due now into the outbox; return how many."""
    with transaction():
        Lock.IMPORT.take()
        list_import = find_import_to_send(now)
        emails = [] if list_import is None else _send_next(list_import, now)
    return len(emails)


def _send_next(list_import: ListImport, now: datetime) -> list[OutboxEmail]:
    if count_queued_invitations(list_import.id) >= MOST_QUEUED:
        return []
    since = list_import.asking_since or now
    day = day_of(since, now)
    if day != list_import.day:
        list_import.day, list_import.asked_in_day = day, 0
    due = count_due(since, list_import.asked_in_day, now)
    next_ones = list_next_invitations(list_import.id, limit=due) if due else []
    mailing_list = get_list(list_import.mailing_list_id)
    fitting = _remove_not_invitable(list_import, mailing_list, next_ones, now=now)
    emails = [_put_mail(list_import, mailing_list, each, now=now) for each in fitting]
    list_import.asked += len(emails)
    list_import.asked_in_day += len(emails)
    if emails:
        log.info("import.invited", id=list_import.id, emails=len(emails), day=day)
    return emails


def _remove_not_invitable(
    list_import: ListImport,
    mailing_list: MailingList,
    invitations: Sequence[Invitation],
    *,
    now: datetime,
) -> list[Invitation]:
    """Delete the invitations that may no longer be sent; return the others."""
    if not invitations:
        return []
    not_invitable = _list_not_invitable(mailing_list, invitations, now)
    for invitation in invitations:
        if invitation.address_mac in not_invitable:
            db.session.delete(invitation)
            list_import.skipped += 1
    return [each for each in invitations if each.address_mac not in not_invitable]


def _list_not_invitable(
    mailing_list: MailingList, invitations: Sequence[Invitation], now: datetime
) -> set[bytes]:
    asked = [_hashed_row_of(each) for each in invitations]
    macs = [each.mac for each in asked]
    return list_not_invitable(asked, mailing_list, now) | list_subscribed(mailing_list.id, macs)


def is_invitation_wanted(email: OutboxEmail, _recipient: str, _values: TemplateValues) -> bool:
    """Tell whether the invitation of an email is still open, and its address may be invited."""
    found = db.session.execute(
        select(Invitation, ListImport)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.email_id == email.id)
    ).one_or_none()
    if found is None:
        return False
    invitation, list_import = found
    mailing_list = get_list(list_import.mailing_list_id)
    return invitation.address_mac not in _list_not_invitable(
        mailing_list, [invitation], clock.now()
    )


def _hashed_row_of(invitation: Invitation) -> HashedRow:
    address = stored_address(invitation.address)
    candidate = ImportRow(0, address, invitation.given_name, invitation.language)
    return HashedRow(candidate, invitation.address_mac)


def _put_mail(
    list_import: ListImport, mailing_list: MailingList, invitation: Invitation, *, now: datetime
) -> OutboxEmail:
    secret, address = new_secret(), stored_address(invitation.address)
    draft = EmailDraft(
        kind=EmailKind.INVITATION,
        recipient=invitation.address,
        language=invitation.language,
        values={
            **_values_for_all(list_import, mailing_list, invitation.language),
            **_links(invitation, secret),
            "given_name": invitation.given_name or "",
        },
        useful_for=MAIL_LIFETIME,
        rate_mac=rate_mac(address.rate_key),
    )
    email = put_email(draft, now=now)
    db.session.flush()
    invitation.secret_hash = hash_secret(secret, address.key)
    invitation.email_id = email.id
    INVITATION_STATES.transition(invitation, InvitationMove.QUEUE)
    invitation.asked_at = now
    invitation.expires_at = now + INVITATION_LIFETIME
    return email


def _values_for_all(
    list_import: ListImport, mailing_list: MailingList, language: str
) -> dict[str, str | int]:
    """Return the values that are the same in all invitations of an import in a language."""
    words = list_words_of(mailing_list, language)
    return {
        **provenance_values(list_import),
        "list_slug": mailing_list.slug,
        "list_name": words.name,
        "list_description": words.description,
        "days": INVITATION_LIFETIME.days,
    }


def preview_invitation(list_import: ListImport, language: str) -> MailContent:
    """Return the email that the people of an import get; its links belong to nobody."""
    mailing_list = get_list(list_import.mailing_list_id)
    values = {
        **_values_for_all(list_import, mailing_list, language),
        "given_name": SAMPLE_NAME if list_import.name_column is not None else "",
        "yes_url": link_to("public.invited", lang_code=language, token=OPENS_NOTHING),
        "no_more_url": link_to("public.no_more", lang_code=language, token=OPENS_NOTHING),
    }
    return render_content(EmailKind.INVITATION, language, values)


def provenance_values(list_import: ListImport) -> dict[str, str | int]:
    """Return the provenance of an address, as emails and pages tell it."""
    return {
        "way": list_import.way.value if list_import.way else "",
        "collected_by": list_import.collected_by or "",
        "collected_from": list_import.collected_from or 0,
        "collected_until": list_import.collected_until or 0,
    }


def _links(invitation: Invitation, secret: str) -> TemplateValues:
    tokens, language, row = current_tokens(), invitation.language, RowSecret(invitation.id, secret)
    yes, no_more = (
        sign_row(tokens, each, row) for each in (TokenPurpose.INVITATION, TokenPurpose.NO_MORE)
    )
    return {
        "yes_url": link_to("public.invited", lang_code=language, token=yes),
        "no_more_url": link_to("public.no_more", lang_code=language, token=no_more),
    }


@use_case
def record_invitation_results(now: datetime) -> int:
    """Record which emails were accepted and which failed; return how many.

    An invitation whose email failed is deleted: nobody can answer it.
    """
    rows = _list_settled()
    for import_id in sorted({import_id for import_id, _, _ in rows}):
        of_import = [(each, email) for owner, each, email in rows if owner == import_id]
        _settle(db.session.get_one(ListImport, import_id, with_for_update=True), of_import, now)
    return len(rows)


def _list_settled() -> Sequence[tuple[int, int, OutboxEmail]]:
    found = db.session.execute(
        select(Invitation.import_id, Invitation.id, OutboxEmail)
        .join(OutboxEmail, OutboxEmail.id == Invitation.email_id)
        .where(
            Invitation.status == InvitationStatus.LEAVING,
            OutboxEmail.status.in_([EmailStatus.SENT, EmailStatus.GIVEN_UP]),
        )
        .limit(SETTLED_PER_BATCH)
    )
    return [(import_id, invitation_id, email) for import_id, invitation_id, email in found]


def _settle(
    list_import: ListImport, emails: Sequence[tuple[int, OutboxEmail]], now: datetime
) -> None:
    taken = [each for each, email in emails if email.status is EmailStatus.SENT]
    gone = [each for each, email in emails if email.status is not EmailStatus.SENT]
    update_where(
        Invitation,
        in_values(Invitation.id, taken),
        Invitation.status.in_(INVITATION_STATES.sources(InvitationMove.SEND)),
        status=INVITATION_STATES.target(InvitationMove.SEND),
    )
    delete_where(Invitation, in_values(Invitation.id, gone))
    list_import.refused += len(gone)
    list_import.tried += len(emails)
    list_import.refused_lately += sum(_is_rejected(email) for _, email in emails)
    hold_if_rejected(list_import, now)


def _is_rejected(email: OutboxEmail) -> bool:
    """Tell whether the mail server rejected an email, and was not just unreachable."""
    return email.status is EmailStatus.GIVEN_UP and is_permanent(email.last_reply)
