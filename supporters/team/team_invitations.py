"""Invites an organiser by email, and resets the sign-in of one who lost every way: with a link.

Another owner resets it in the console, or an operator with `flask organisers recover`. The account
gets a link by email, as a new colleague does, so this is as strong as a team invitation.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from flask_security import hash_password

from supporters import clock
from supporters.accounts.models import Organiser, RightRequest, RoleName
from supporters.accounts.queries import (
    find_organiser,
    find_organiser_by_email,
    get_organiser,
    get_role,
    lock_organisers,
)
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_act, record_team_act
from supporters.crypto.tokens import TokenError, TokenPurpose, hash_secret, is_secret_of, new_secret
from supporters.database import db, delete_where, transaction, use_case
from supporters.extensions import current_settings, current_tokens
from supporters.mail.links import link_to
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.notices.security_notices import name_of_actor, only, owners_and_officer, put_notice
from supporters.sign_in.one_time_codes import AuthenticatorApp, delete_recovery_codes
from supporters.sign_in.openid_accounts import OpenIdIdentity
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.password_changes import hash_new_password
from supporters.sign_in.sign_in_sessions import end_all_sessions
from supporters.team.accounts import base_role_of, begin_rights_anew, notify_of_owner
from supporters.team.acts import TeamAct, TeamNotice
from supporters.team.right_requests import is_sole_owner, lapse_requests_of, request_right

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
    """The account, the URL of the page where the person chooses a password, and a request.

    `request` is for the role of an owner. Another owner must agree to it.
    """

    organiser: Organiser
    welcome_url: str
    secret: str
    request: RightRequest | None = None


@use_case
def invite_colleague(
    email: str, role: RoleName, language: str, *, owner_id: int
) -> TeamInvitation | TeamInvitationError:
    """Invite a colleague in the console. Nobody makes an owner alone, except the second one.

    A future owner is invited as an organiser, and another owner must agree to the role.
    """
    owner = get_organiser(owner_id)
    if role is not RoleName.OWNER or is_sole_owner(owner, lock_organisers()):
        return invite_at_once(email, role, language, inviter=owner.shown_name)
    invited = invite_organiser(email, RoleName.ORGANISER, language, inviter=owner.shown_name)
    if isinstance(invited, TeamInvitationError):
        return invited
    request = request_right(invited.organiser.id, role, owner_id)
    return replace(invited, request=request if isinstance(request, RightRequest) else None)


@use_case
def invite_at_once(
    email: str, role: RoleName, language: str, *, inviter: str
) -> TeamInvitation | TeamInvitationError:
    """Invite somebody with any role. All owners and the officer are notified of a new owner."""
    invited = invite_organiser(email, role, language, inviter=inviter)
    if role is RoleName.OWNER and isinstance(invited, TeamInvitation):
        notify_of_owner(invited.organiser)
    return invited


@use_case
def resend_invitation(organiser_id: int, *, inviter: str) -> TeamInvitation | TeamInvitationError:
    """Send the invitation of an account that has no password yet again, with a new link."""
    organiser = find_organiser(organiser_id)
    role = None if organiser is None else base_role_of(organiser)
    if organiser is None or role is None or not organiser.active:
        return TeamInvitationError.LINK_INVALID
    return invite_organiser(organiser.email, role, organiser.language, inviter=inviter)


@use_case
def revoke_invitation(organiser_id: int) -> TeamInvitationError | None:
    """Void the link of a team invitation, and take the role from its account."""
    lock_organisers()
    organiser = find_organiser(organiser_id)
    if organiser is None:
        return TeamInvitationError.LINK_INVALID
    if organiser.welcomed_at is not None:
        return TeamInvitationError.ALREADY_ACCEPTED
    lapse_requests_of(organiser)
    organiser.active, organiser.disabled_at = False, clock.now()
    organiser.roles = []
    organiser.fs_uniquifier = secrets.token_hex(32)
    organiser.invitation_email_id = None
    record_act(TeamAct.INVITATION_REVOKED, organiser_id)
    return None


@use_case
def invite_organiser(
    email: str, role: RoleName, language: str, *, inviter: str
) -> TeamInvitation | TeamInvitationError:
    """Create an account without a password, and put an email with a link into the outbox.

    A second invitation replaces the link. A person gets at most `MOST_INVITATIONS` emails.
    """
    now = clock.now()
    organiser = find_organiser_by_email(email)
    if organiser is not None and organiser.password:
        return TeamInvitationError.ALREADY_ACCEPTED
    if organiser is not None and _was_invited_too_often(organiser, now):
        return TeamInvitationError.TOO_OFTEN
    if organiser is None:
        organiser = Organiser(email=email, active=True, language=language, invited_at=now)
        organiser.invitations = 0
        db.session.add(organiser)
    if not organiser.roles:  # a new account, or an invitation that was revoked
        organiser.invited_by_id = current_actor().account_id
    organiser.active, organiser.disabled_at = True, None
    organiser.invitations += 1
    organiser.last_invited_at = now
    secret = renew_welcome_secret(organiser)
    if not organiser.has_role(role.value):
        organiser.roles = [get_role(role)]
    db.session.flush()
    invitation = TeamInvitation(organiser, welcome_url_of(organiser, secret), secret)
    queued = put_email(_write_email(invitation, role, inviter), now=now)
    db.session.flush()
    organiser.invitation_email_id = queued.id
    record_team_act(TeamAct.ACCOUNT_INVITED, organiser.id, {"role": role.value})
    return invitation


def _write_email(invitation: TeamInvitation, role: RoleName, inviter: str) -> EmailDraft:
    return EmailDraft(
        kind=EmailKind.TEAM_INVITATION,
        recipient=invitation.organiser.email,
        language=invitation.organiser.language,
        values={
            "welcome_url": invitation.welcome_url,
            "role": role.value,
            "base_url": current_settings().base_url,
            "inviter": inviter,
        },
        useful_for=TEAM_INVITATION_LIFETIME,
    )


def welcome_url_of(organiser: Organiser, secret: str) -> str:
    """Return the link by which the holder of an account's mailbox opens the account."""
    token = current_tokens().sign(TokenPurpose.WELCOME, [organiser.id, secret])
    return link_to("console.welcome", token=token)


def renew_welcome_secret(organiser: Organiser) -> str:
    """Return a new secret for the link of an account. Earlier links are void."""
    secret = new_secret()
    organiser.fs_uniquifier = hash_secret(secret).hex()
    return secret


def printed_link_of(invitation: TeamInvitation) -> str:
    """Return the link of a team invitation for the shell. It does not prove the mailbox."""
    token = current_tokens().sign(
        TokenPurpose.WELCOME, [invitation.organiser.id, invitation.secret, PRINTED]
    )
    return link_to("console.welcome", token=token)


def _was_invited_too_often(organiser: Organiser, now: datetime) -> bool:
    last = organiser.last_invited_at or organiser.invited_at
    return organiser.invitations >= MOST_INVITATIONS and now < last + NEXT_INVITATION


def find_invited_organiser(token: str) -> Organiser | None:
    """Return the account of a link, until its password is chosen."""
    match _read(token):
        case [int(organiser_id), str(secret), *_]:
            organiser = find_organiser(organiser_id)
        case _:
            return None
    if organiser is None or not organiser.active:
        return None
    stored = bytes.fromhex(organiser.fs_uniquifier)
    return organiser if is_secret_of(stored, secret) else None


def accept_team_invitation(token: str, password: str) -> Organiser | TeamInvitationError:
    """Store the password that the invited person chose. The link is invalid then.

    The link in the email proves the mailbox; a printed link does not.
    """
    hashed = hash_new_password(password)
    with transaction():
        organiser = find_invited_organiser(token)
        if organiser is None:
            return TeamInvitationError.LINK_INVALID
        organiser.password = hashed
        organiser.welcomed_at = clock.now()
        organiser.is_address_unproved = PRINTED in _read(token)
        organiser.fs_uniquifier = secrets.token_hex(32)
        record_act(TeamAct.ACCOUNT_ACCEPTED, organiser.id)
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


class FactorResetResult(Enum):
    """The result of a reset."""

    DONE = auto()
    UNKNOWN = auto()
    OWN_ACCOUNT = auto()
    DISABLED = auto()
    NOT_ACCEPTED = auto()


@use_case
def reset_factors(organiser_id: int) -> FactorResetResult:
    """Void the password, passkeys, app and recovery codes of an account, and email it a link.

    All its sessions end. The owners and the data protection officer are notified. Nobody resets
    their own account: that would be a way around the second factor. Its rights begin anew: the
    mailbox may not be in the hands of its holder.
    """
    found = [each for each in lock_organisers() if each.id == organiser_id]
    if not found:
        return FactorResetResult.UNKNOWN
    organiser = found[0]
    if current_actor().account_id == organiser_id:
        return FactorResetResult.OWN_ACCOUNT
    if not organiser.active:
        return FactorResetResult.DISABLED
    if organiser.welcomed_at is None:
        return FactorResetResult.NOT_ACCEPTED
    secret = _void_everything(organiser)
    record_act(TeamAct.FACTORS_RESET, organiser_id)
    _notify(organiser, welcome_url_of(organiser, secret))
    return FactorResetResult.DONE


def _void_everything(organiser: Organiser) -> str:
    """Void all ways to sign in, and return the secret of the link to begin anew.

    An unknown password marks the account as accepted.
    """
    for table in (Passkey, AuthenticatorApp, OpenIdIdentity):
        delete_where(table, table.organiser_id == organiser.id)
    delete_recovery_codes(organiser.id)
    organiser.password = hash_password(secrets.token_urlsafe(32))
    begin_rights_anew(organiser)
    end_all_sessions(organiser.id)
    return renew_welcome_secret(organiser)


def _notify(organiser: Organiser, welcome_url: str) -> None:
    values = {"account": organiser.email, "actor": name_of_actor()}
    put_notice(TeamNotice.FACTORS_RESET, only([organiser]), values, url=welcome_url)
    others = {
        address: language
        for address, language in owners_and_officer().items()
        if address != organiser.email
    }
    team = link_to("console.organisers")
    put_notice(TeamNotice.FACTORS_RESET_REPORT, others, values, url=team)
