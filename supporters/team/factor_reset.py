"""Resets the ways to sign in to an account whose holder lost all of them.

Another owner does it in the console, or an operator with `flask organisers recover`. The account
gets a link by email, as a new colleague does, so this is as strong as a team invitation.
"""

import secrets
from enum import Enum, auto

from flask_security import hash_password

from supporters.accounts.models import Organiser
from supporters.accounts.queries import lock_organisers
from supporters.actors import current_actor
from supporters.audit_log.audit_events import record_act
from supporters.database import delete_where, use_case
from supporters.mail.links import link_to
from supporters.notices.security_notices import name_of_actor, only, owners_and_officer, put_notice
from supporters.sign_in.authenticator_apps import AuthenticatorApp, delete_recovery_codes
from supporters.sign_in.openid_accounts import OpenIdIdentity
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.sign_in_sessions import end_all_sessions
from supporters.team.accounts import begin_rights_anew
from supporters.team.acts import TeamAct, TeamNotice
from supporters.team.team_invitations import renew_welcome_secret, welcome_url_of


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
