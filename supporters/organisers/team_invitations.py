"""Invites an organiser by letter; they choose their password on the page that it links to."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from flask_security import hash_password

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings, current_tokens
from supporters.mail.links import link_to
from supporters.mail.models import LetterKind
from supporters.mail.outbox import Draft, announce, put_letter
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import find_organiser, find_organiser_by_email, get_role
from supporters.organisers.sign_in import normalise_password
from supporters.tokens import Purpose, TokenError

INVITATION_LIFETIME = timedelta(days=7)
MOST_INVITATIONS = 5
NEXT_INVITATION = timedelta(days=30)  # after the most that somebody who never came gets
PRINTED = "printed"


class InvitationRefused(Enum):
    """Why an invitation was not made, or not accepted."""

    ALREADY_HERE = auto()
    TOO_OFTEN = auto()
    LINK_OVER = auto()


@dataclass(frozen=True)
class Invited:
    """The account and the page on which its holder chooses a password."""

    organiser: Organiser
    welcome_url: str


def invite_organiser(
    email: str, role: RoleName, language: str, *, inviter: str
) -> Invited | InvitationRefused:
    """Make an account that has no password yet, and put a letter to its holder into the outbox.

    Inviting again one who never came renews the link; they are written to a few times at most.
    """
    now = clock.now()
    with transaction():
        organiser = find_organiser_by_email(email)
        if organiser is not None and organiser.password:
            return InvitationRefused.ALREADY_HERE
        if organiser is not None and _was_invited_too_often(organiser, now):
            return InvitationRefused.TOO_OFTEN
        if organiser is None:
            organiser = Organiser(email=email, active=True, language=language, invited_at=now)
            organiser.invitations = 0
            db.session.add(organiser)
        organiser.invitations += 1
        organiser.last_invited_at = now
        organiser.fs_uniquifier = secrets.token_hex(32)
        organiser.roles = [get_role(role)]
        db.session.flush()
        token = current_tokens().sign(Purpose.WELCOME, [organiser.id, organiser.fs_uniquifier])
        welcome_url = link_to("console.welcome", token=token)
        draft = Draft(
            kind=LetterKind.INVITATION,
            recipient=email,
            language=language,
            values={
                "welcome_url": welcome_url,
                "role": role.value,
                "base_url": current_settings().base_url,
                "inviter": inviter,
            },
            useful_for=INVITATION_LIFETIME,
        )
        letter = put_letter(draft, now=now)
        db.session.flush()
        organiser.invitation_letter_id = letter.id
    announce(letter)
    return Invited(organiser, welcome_url)


def link_to_print(organiser: Organiser) -> str:
    """Return the link of an invitation for the shell: it proves nothing about the mailbox."""
    token = current_tokens().sign(Purpose.WELCOME, [organiser.id, organiser.fs_uniquifier, PRINTED])
    return link_to("console.welcome", token=token)


def _was_invited_too_often(organiser: Organiser, now: datetime) -> bool:
    last = organiser.last_invited_at or organiser.invited_at
    return organiser.invitations >= MOST_INVITATIONS and now < last + NEXT_INVITATION


def find_invited(token: str) -> Organiser | None:
    """Return the account that an invitation's link is for, until its password is chosen."""
    match _read(token):
        case [int(organiser_id), str(uniquifier), *_]:
            organiser = find_organiser(organiser_id)
        case _:
            return None
    if organiser is None or not organiser.active or organiser.fs_uniquifier != uniquifier:
        return None
    return organiser


def accept_invitation(token: str, password: str) -> Organiser | InvitationRefused:
    """Store the password that the invited person chose. The link is over then.

    The link of the letter shows that they read the mailbox; one that was printed doesn't.
    """
    hashed = hash_password(normalise_password(password))
    with transaction():
        organiser = find_invited(token)
        if organiser is None:
            return InvitationRefused.LINK_OVER
        organiser.password = hashed
        organiser.welcomed_at = clock.now()
        organiser.is_address_unproved = PRINTED in _read(token)
        organiser.fs_uniquifier = secrets.token_hex(32)
    return organiser


def _read(token: str) -> list[str | int]:
    """Return what the link of an invitation says; nothing of one that is over or forged."""
    try:
        payload = current_tokens().read(Purpose.WELCOME, token, max_age=INVITATION_LIFETIME)
    except TokenError:
        return []
    return payload if isinstance(payload, list) else []
