"""The options that a browser gets to make a passkey, or to sign with one."""

from collections.abc import Mapping
from typing import Any

from webauthn import generate_authentication_options, generate_registration_options
from webauthn.helpers import options_to_json_dict
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from supporters.accounts.models import Organiser
from supporters.sign_in.passkey_challenges import ChallengeUse, draw_challenge, get_relying_party
from supporters.sign_in.passkeys import list_passkeys, user_handle_of

TIMEOUT = 180_000  # milliseconds; a telephone must be found and unlocked
Options = Mapping[str, Any]


def sign_in_options() -> Options:
    """Return the options of a sign-in. The browser offers all passkeys of this site."""
    return _signing(draw_challenge(ChallengeUse.SIGN_IN))


def confirm_options(organiser_id: int) -> Options:
    """Return the options by which the signed-in account proves its presence again."""
    challenge = draw_challenge(ChallengeUse.CONFIRM, organiser_id)
    return _signing(challenge, _describe(organiser_id))


def add_options(organiser: Organiser) -> Options:
    """Return the options of a new passkey: on this device, a telephone or a security key.

    The device must check its user, and must find the passkey without an address (discoverable).
    """
    party = get_relying_party()
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_name=organiser.email,
        user_display_name=organiser.email,
        user_id=user_handle_of(organiser.id),
        challenge=draw_challenge(ChallengeUse.ADD, organiser.id),
        timeout=TIMEOUT,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_describe(organiser.id),
    )
    return options_to_json_dict(options)


def _signing(
    challenge: bytes, allowed: list[PublicKeyCredentialDescriptor] | None = None
) -> Options:
    options = generate_authentication_options(
        rp_id=get_relying_party().id,
        challenge=challenge,
        timeout=TIMEOUT,
        allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def _describe(organiser_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(id=passkey.credential_id)
        for passkey in list_passkeys(organiser_id)
    ]
