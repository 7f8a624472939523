"""Removes the name and the address of accounts that were disabled long ago.

The row stays with its id: the audit log, approvals and cases name the account by it.
"""

import secrets
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, select

from supporters.accounts.models import Organiser, StoredForm, organiser_list
from supporters.audit_log.audit_events import record_act
from supporters.database import db, delete_where, use_case
from supporters.sign_in.authenticator_apps import AuthenticatorApp
from supporters.sign_in.openid_accounts import OpenIdIdentity
from supporters.sign_in.passkeys import Passkey
from supporters.sign_in.recovery_codes import RecoveryCode
from supporters.sign_in.session_models import (
    KnownDevice,
    PasswordReset,
    RefusedSignIn,
    SignInSession,
)
from supporters.team.acts import TeamAct

log = structlog.get_logger(__name__)
NOWHERE = "former.invalid"  # a domain that no email can go to (RFC 2606)
OF_AN_ACCOUNT = (
    *(Passkey, AuthenticatorApp, OpenIdIdentity, RecoveryCode, StoredForm),
    *(KnownDevice, PasswordReset, RefusedSignIn, SignInSession),
)


@use_case
def anonymise_accounts(days: int, now: datetime) -> int:
    """Anonymise the accounts that were disabled more than so many days ago; return how many."""
    long_disabled = db.session.scalars(
        select(Organiser)
        .where(
            Organiser.active.is_(False),
            Organiser.anonymised_at.is_(None),
            Organiser.disabled_at < now - timedelta(days=days),
        )
        .order_by(Organiser.id)
        .with_for_update(of=Organiser)
    ).all()
    for organiser in long_disabled:
        _anonymise(organiser, now)
    return len(long_disabled)


def _anonymise(organiser: Organiser, now: datetime) -> None:
    for table in OF_AN_ACCOUNT:
        delete_where(table, table.organiser_id == organiser.id)
    db.session.execute(delete(organiser_list).where(organiser_list.c.organiser_id == organiser.id))
    organiser.email = f"account-{organiser.id}@{NOWHERE}"
    organiser.name = organiser.password = organiser.invitation_email_id = None
    organiser.fs_uniquifier = secrets.token_hex(32)
    organiser.anonymised_at = now
    record_act(TeamAct.ACCOUNT_ANONYMISED, organiser.id)
    log.info("organiser.anonymised", organiser=organiser.id)
