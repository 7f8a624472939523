"""Invites an organiser by email, with a link to the page where they choose a password."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from flask_security import hash_password

from supporters import clock
from supporters.database import db, transaction
from supporters.extensions import current_settings, current_tokens
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, announce, put_email
from supporters.organisers.acts import Act
from supporters.organisers.audit_events import record_act, record_team_act
from supporters.organisers.models import Organiser, RoleName
from supporters.organisers.queries import find_organiser, find_organiser_by_email, get_role
from supporters.organisers.sign_in import normalise_password
from supporters.tokens import TokenError, TokenPurpose

TEAM_INVITATION_LIFETIME = timedelta(days=7)
MOST_INVITATIONS = 5
NEXT_INVITATION = timedelta(days=30)  # the wait after the maximum without an answer
PRINTED = "printed"


class TeamInvitationError(Enum):
    """Why a team invitation was not made, or not accepted."""

    ALREADY_ACCEPTED = auto()
    TOO_OFTEN = auto()
    LINK_INVALID = auto()


@dataclass(frozen=True)
class TeamInvitation:
    """The account, and the URL of the page where the person chooses a password."""

    organiser: Organiser
    welcome_url: str


def invite_organiser(
    email: str, role: RoleName, language: str, *, inviter: str
) -> TeamInvitation | TeamInvitationError:
    """Create an account without a password, and put an email with a link into the outbox.

    A second invitation replaces the link. A person gets at most `MOST_INVITATIONS` emails.
    """
    now = clock.now()
    with transaction():
        organiser = find_organiser_by_email(email)
        if organiser is not None and organiser.password:
            return TeamInvitationError.ALREADY_ACCEPTED
        if organiser is not None and _was_invited_too_often(organiser, now):
            return TeamInvitationError.TOO_OFTEN
        if organiser is None:
            organiser = Organiser(email=email, active=True, language=language, invited_at=now)
            organiser.invitations = 0
            db.session.add(organiser)
        organiser.invitations += 1
        organiser.last_invited_at = now
        organiser.fs_uniquifier = secrets.token_hex(32)
        organiser.roles = [get_role(role)]
        db.session.flush()
        token = current_tokens().sign(TokenPurpose.WELCOME, [organiser.id, organiser.fs_uniquifier])
        welcome_url = link_to("console.welcome", token=token)
        draft = EmailDraft(
            kind=EmailKind.TEAM_INVITATION,
            recipient=email,
            language=language,
            values={
                "welcome_url": welcome_url,
                "role": role.value,
                "base_url": current_settings().base_url,
                "inviter": inviter,
            },
            useful_for=TEAM_INVITATION_LIFETIME,
        )
        queued = put_email(draft, now=now)
        db.session.flush()
        organiser.invitation_letter_id = queued.id
        record_team_act(Act.ACCOUNT_INVITED, organiser.id, {"role": role.value})
    announce(queued)
    return TeamInvitation(organiser, welcome_url)


def printed_link_of(organiser: Organiser) -> str:
    """Return the link of a team invitation for the shell. It does not prove the mailbox."""
    token = current_tokens().sign(
        TokenPurpose.WELCOME, [organiser.id, organiser.fs_uniquifier, PRINTED]
    )
    return link_to("console.welcome", token=token)


def _was_invited_too_often(organiser: Organiser, now: datetime) -> bool:
    last = organiser.last_invited_at or organiser.invited_at
    return organiser.invitations >= MOST_INVITATIONS and now < last + NEXT_INVITATION


def find_invited_organiser(token: str) -> Organiser | None:
    """Return the account of a link, until its password is chosen."""
    match _read(token):
        case [int(organiser_id), str(uniquifier), *_]:
            organiser = find_organiser(organiser_id)
        case _:
            return None
    if organiser is None or not organiser.active or organiser.fs_uniquifier != uniquifier:
        return None
    return organiser


def accept_team_invitation(token: str, password: str) -> Organiser | TeamInvitationError:
    """Store the password that the invited person chose. The link is invalid then.

    The link in the email proves the mailbox; a printed link does not.
    """
    hashed = hash_password(normalise_password(password))
    with transaction():
        organiser = find_invited_organiser(token)
        if organiser is None:
            return TeamInvitationError.LINK_INVALID
        organiser.password = hashed
        organiser.welcomed_at = clock.now()
        organiser.is_address_unproved = PRINTED in _read(token)
        organiser.fs_uniquifier = secrets.token_hex(32)
        record_act(Act.ACCOUNT_ACCEPTED, organiser.id)
    return organiser


def _read(token: str) -> list[str | int]:
    """Return the contents of a link; an empty list for an expired or a forged one."""
    try:
        payload = current_tokens().read(
            TokenPurpose.WELCOME, token, max_age=TEAM_INVITATION_LIFETIME
        )
    except TokenError:
        return []
    return payload if isinstance(payload, list) else []
