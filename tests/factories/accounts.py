"""Factories of accounts, and test clients that are signed in."""

import secrets
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from supporters import clock
from supporters.accounts.models import Organiser, RoleName, organiser_role
from supporters.accounts.queries import get_role
from supporters.actors import current_actor
from supporters.database import db, transaction
from supporters.networks import network_of
from supporters.sign_in.password_changes import hash_new_password
from supporters.sign_in.session_cookies import SECRET, name_browser
from supporters.sign_in.session_models import SignInSession
from supporters.sign_in.sign_in_sessions import SignInDevice, begin_session
from supporters.team.team_invitations import (
    TeamInvitation,
    accept_team_invitation,
    invite_organiser,
)

PASSWORD = "a long enough password"
LONG_AGO = timedelta(days=30)


def make_organiser(email: str = "org@parti.example") -> Organiser:
    """Return an organiser with a password."""
    return make_account(email, RoleName.ORGANISER)


def make_owner(email: str = "owner@parti.example") -> Organiser:
    """Return an owner with a password."""
    return make_account(email, RoleName.OWNER)


def make_dpo(email: str = "dpo@parti.example") -> Organiser:
    """Return a data protection officer with a password."""
    return make_account(email, RoleName.DPO)


def make_account(email: str, role: RoleName, language: str = "fr") -> Organiser:
    """Return an account with any role and a password. It has had both for a month.

    Only the rows of the account are written, which takes a third of the time of an invitation.
    """
    then = clock.now() - LONG_AGO
    with transaction():
        organiser = Organiser(
            email=email,
            password=hash_new_password(PASSWORD),
            active=True,
            fs_uniquifier=secrets.token_hex(32),
            language=language,
            invited_at=then,
            invited_by_id=current_actor().account_id,
            last_invited_at=then,
            welcomed_at=then,
        )
        db.session.add(organiser)
        role_row = get_role(role)
        db.session.flush()
        has = {"organiser_id": organiser.id, "role_id": role_row.id, "granted_at": then}
        db.session.execute(insert(organiser_role).values(has))
    return organiser


def invite_and_accept(email: str, role: RoleName, language: str = "fr") -> Organiser:
    """Return an account that was invited and has just accepted, with all records of it."""
    invited = invite_organiser(email, role, language, inviter="owner@parti.example")
    assert isinstance(invited, TeamInvitation)
    accepted = accept_team_invitation(invited.welcome_url.rpartition("/")[2], PASSWORD)
    assert isinstance(accepted, Organiser)
    return accepted


def keep_signed_in(until: datetime) -> None:
    """Let all sessions have been in use until a moment."""
    with transaction():
        db.session.execute(db.update(SignInSession).values(used_at=until))


def forget_recent_passwords() -> None:
    """Let the password of all sessions have been typed an hour ago."""
    with transaction():
        long_ago = clock.now() - timedelta(hours=1)
        db.session.execute(db.update(SignInSession).values(confirmed_at=long_ago))


def hold_since(organiser: Organiser, moment: datetime) -> None:
    """Let an account have its roles since a moment."""
    with transaction():
        db.session.execute(
            update(organiser_role)
            .where(organiser_role.c.organiser_id == organiser.id)
            .values(granted_at=moment)
        )
        organiser.welcomed_at = moment


def csrf_token_on(client: FlaskClient, page: str) -> str:
    """Return the CSRF token in the form of a page."""
    html = client.get(page).get_data(as_text=True)
    return html.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]


def sign_in(app: Flask, organiser: Organiser) -> FlaskClient:
    """Return a test client with a session, as if it had just signed in with the password."""
    client = app.test_client()
    device = SignInDevice(network_of("127.0.0.1"), name_browser(""), ["password"])
    with client.session_transaction() as cookie:
        cookie[SECRET] = begin_session(organiser, device, clock.now())
    db.session.rollback()
    return client
