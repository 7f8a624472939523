"""Finds the account that a provider of OpenID Connect names. It never creates one.

The first sign-in binds the provider's subject to the account. From then on, another subject with
the same address is refused, because providers give addresses of former staff to new people.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from supporters.accounts.models import Organiser
from supporters.accounts.queries import find_organiser_by_email
from supporters.audit_log.audit_events import record_act
from supporters.database import Model, db, foreign_key, use_case
from supporters.extensions import current_settings
from supporters.settings.openid_settings import OpenIdSettings
from supporters.sign_in.acts import SignInAct
from supporters.sign_in.refused_requests import record_refusal

MAX_ISSUER, MAX_SUBJECT = 500, 255  # OpenID Connect Core section 2: a subject has up to 255
SEVERAL_FACTORS = "mfa"  # RFC 8176


class OpenIdIdentity(Model):
    """The subject of a provider that is bound to an account."""

    __tablename__ = "openid_identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    organiser_id: Mapped[int] = foreign_key("organiser.id", on_delete="CASCADE", primary_key=True)
    issuer: Mapped[str] = mapped_column(String(MAX_ISSUER))
    subject: Mapped[str] = mapped_column(String(MAX_SUBJECT))


class OpenIdError(Enum):
    """Why a sign-in through the provider was refused."""

    NOT_VERIFIED = auto()
    NO_ACCOUNT = auto()
    OTHER_SUBJECT = auto()


def find_account_of(claims: Mapping[str, Any]) -> Organiser | OpenIdError:
    """Return the active account that verified claims name, and bind its subject to it."""
    found = _find(claims)
    if isinstance(found, OpenIdError):
        record_refusal(SignInAct.SESSION_OPENID_REFUSED, {"reason": found.name.lower()})
    return found


def has_several_factors(claims: Mapping[str, Any], settings: OpenIdSettings) -> bool:
    """Tell whether the provider checked a second factor: always, or by its claim `amr`."""
    methods = claims.get("amr")
    named = methods if isinstance(methods, list) else []
    return settings.always_checks_two_factors or SEVERAL_FACTORS in named


@use_case
def _find(claims: Mapping[str, Any]) -> Organiser | OpenIdError:
    email, subject = claims.get("email"), claims.get("sub")
    if claims.get("email_verified") is not True or not isinstance(email, str):
        return OpenIdError.NOT_VERIFIED
    if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
        return OpenIdError.NOT_VERIFIED
    if "\0" in email + subject:  # PostgreSQL knows no text with it
        return OpenIdError.NOT_VERIFIED
    organiser = find_organiser_by_email(email.strip().lower())
    if organiser is None or not organiser.active or organiser.welcomed_at is None:
        return OpenIdError.NO_ACCOUNT
    return organiser if _is_bound(organiser, subject) else OpenIdError.OTHER_SUBJECT


def _is_bound(organiser: Organiser, subject: str) -> bool:
    """Tell whether a subject is the one of an account. Bind it if neither is bound yet."""
    settings = current_settings().openid
    issuer = "" if settings is None else settings.issuer
    rows = select(OpenIdIdentity).where(
        (OpenIdIdentity.organiser_id == organiser.id)
        | ((OpenIdIdentity.issuer == issuer) & (OpenIdIdentity.subject == subject))
    )
    bound = db.session.scalars(rows).all()
    if bound:
        known = {(each.organiser_id, each.issuer, each.subject) for each in bound}
        return known == {(organiser.id, issuer, subject)}
    db.session.add(OpenIdIdentity(organiser_id=organiser.id, issuer=issuer, subject=subject))
    record_act(SignInAct.OPENID_LINKED, organiser.id)
    return True
