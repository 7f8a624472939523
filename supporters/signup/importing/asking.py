"""Asks some of the invited: one letter each, at the pace of the warm-up, and never again.

Suppressions are looked up once more at this moment. The letters wait behind all others.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import select

from supporters import clock
from supporters.database import db, take_turns, transaction
from supporters.extensions import current_tokens, queue
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list, list_subscribed
from supporters.mail.links import link_to
from supporters.mail.models import Letter, LetterKind
from supporters.mail.outbox import Draft, Values, put_letter
from supporters.mail.wanting import asked_before_sending
from supporters.people.addresses import parse_address
from supporters.people.keys import mailbox_mac
from supporters.signup.importing.judging import list_kept_away, with_hashes
from supporters.signup.importing.models import Invitation, ListImport
from supporters.signup.importing.queries import (
    count_leaving,
    find_import_to_ask,
    list_next_invitations,
)
from supporters.signup.importing.reading import Candidate
from supporters.signup.importing.rules import (
    INVITATION_LIFETIME,
    LETTER_LIFETIME,
    MOST_LEAVING,
    count_due,
    day_of,
)
from supporters.signup.importing.states import INVITATION_STATES, InvitationMove
from supporters.signup.importing.working import TURNS
from supporters.signup.secrets import SECRET_BYTES, hash_secret
from supporters.tokens import Purpose

log = structlog.get_logger(__name__)


def ask_next(now: datetime) -> int:
    """Write the letters that are due now; return how many."""
    with transaction():
        take_turns(TURNS)
        list_import = find_import_to_ask()
        letters = [] if list_import is None else _ask(list_import, now)
    for letter in letters:
        queue.later("send_letter", letter.id)
    return len(letters)


def _ask(list_import: ListImport, now: datetime) -> list[Letter]:
    if count_leaving(list_import.id) >= MOST_LEAVING:
        return []
    since = list_import.asking_since or now
    day = day_of(since, now)
    if day != list_import.day:
        list_import.day, list_import.asked_in_day = day, 0
    due = count_due(since, list_import.asked_in_day, now)
    next_ones = list_next_invitations(list_import.id, limit=due) if due else []
    mailing_list = get_list(list_import.mailing_list_id)
    fitting = _leave_out(list_import, mailing_list, next_ones, now=now)
    letters = [_write_letter(list_import, mailing_list, each, now=now) for each in fitting]
    list_import.asked += len(letters)
    list_import.asked_in_day += len(letters)
    if letters:
        log.info("import.asked", id=list_import.id, letters=len(letters), day=day)
    return letters


def _leave_out(
    list_import: ListImport,
    mailing_list: MailingList,
    invitations: Sequence[Invitation],
    *,
    now: datetime,
) -> list[Invitation]:
    """Delete the invitations of those who may no longer be asked; return the others."""
    if not invitations:
        return []
    kept_away = _list_not_to_ask(mailing_list, invitations, now)
    for invitation in invitations:
        if invitation.address_mac in kept_away:
            db.session.delete(invitation)
            list_import.skipped += 1
    return [each for each in invitations if each.address_mac not in kept_away]


def _list_not_to_ask(
    mailing_list: MailingList, invitations: Sequence[Invitation], now: datetime
) -> set[bytes]:
    asked = with_hashes([_as_candidate(each) for each in invitations])
    macs = [each.mac for each in asked]
    return list_kept_away(asked, mailing_list, now) | list_subscribed(mailing_list.id, macs)


@asked_before_sending(LetterKind.RE_PERMISSION)
def _may_still_be_asked(letter: Letter, _recipient: str, _values: Values) -> bool:
    """Tell whether the invitation of a letter is still open, and nothing stands against it."""
    found = db.session.execute(
        select(Invitation, ListImport)
        .join(ListImport, ListImport.id == Invitation.import_id)
        .where(Invitation.letter_id == letter.id)
    ).one_or_none()
    if found is None:
        return False
    invitation, list_import = found
    mailing_list = get_list(list_import.mailing_list_id)
    return invitation.address_mac not in _list_not_to_ask(mailing_list, [invitation], clock.now())


def _as_candidate(invitation: Invitation) -> Candidate:
    address = parse_address(invitation.address)
    return Candidate(0, address, invitation.given_name, invitation.language)


def _write_letter(
    list_import: ListImport, mailing_list: MailingList, invitation: Invitation, *, now: datetime
) -> Letter:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    draft = Draft(
        kind=LetterKind.RE_PERMISSION,
        recipient=invitation.address,
        language=invitation.language,
        values={
            **provenance_values(list_import),
            **_links(invitation, secret),
            "list_slug": mailing_list.slug,
            "list_name": mailing_list.name,
            "list_description": mailing_list.description,
            "given_name": invitation.given_name or "",
            "days": INVITATION_LIFETIME.days,
        },
        useful_for=LETTER_LIFETIME,
        rate_mac=mailbox_mac(invitation.address),
    )
    letter = put_letter(draft, now=now)
    db.session.flush()
    key = parse_address(invitation.address).key
    invitation.secret_hash = hash_secret(secret, key, [])
    invitation.letter_id = letter.id
    INVITATION_STATES.transition(invitation, InvitationMove.ASK)
    invitation.asked_at = now
    invitation.expires_at = now + INVITATION_LIFETIME
    return letter


def provenance_values(list_import: ListImport) -> Values:
    """Return what is said of where an address comes from, in letters and on pages."""
    return {
        "way": list_import.way.value if list_import.way else "",
        "collected_by": list_import.collected_by or "",
        "collected_from": list_import.collected_from or 0,
        "collected_until": list_import.collected_until or 0,
    }


def _links(invitation: Invitation, secret: str) -> Values:
    tokens, language = current_tokens(), invitation.language
    payload: list[str | int] = [invitation.id, secret]
    return {
        "yes_url": link_to(
            "public.invited", lang_code=language, token=tokens.sign(Purpose.INVITED, payload)
        ),
        "no_more_url": link_to(
            "public.no_more", lang_code=language, token=tokens.sign(Purpose.NO_MORE, payload)
        ),
    }
