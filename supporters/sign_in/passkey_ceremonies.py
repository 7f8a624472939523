"""The messages of WebAuthn: the options that a browser gets, and the check of its answers.

Few processes ever meet a passkey, and the library is large: callers import this when they need it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from supporters.accounts.models import Organiser
from supporters.sign_in.passkey_challenges import (
    ChallengeUse,
    draw_challenge,
    get_relying_party,
    user_handle_of,
)

TIMEOUT = 180_000  # milliseconds; a telephone must be found and unlocked
LONGEST_CREDENTIAL_ID = 1023  # WebAuthn level 2, section 4
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)
Options = Mapping[str, Any]


def sign_in_options() -> Options:
    """Return the options of a sign-in. The browser offers all passkeys of this site."""
    return _signing(draw_challenge(ChallengeUse.SIGN_IN))


def confirm_options(organiser_id: int, credentials: Iterable[bytes]) -> Options:
    """Return the options by which the signed-in account proves its presence again."""
    challenge = draw_challenge(ChallengeUse.CONFIRM, organiser_id)
    return _signing(challenge, _describe(credentials))


def add_options(organiser: Organiser, credentials: Iterable[bytes]) -> Options:
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
        exclude_credentials=_describe(credentials),
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


def _describe(credentials: Iterable[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=each) for each in credentials]


def verify_registration(answer: str, challenge: bytes) -> VerifiedRegistration | None:
    """Return the new passkey of a device's answer; None if it does not hold."""
    try:
        read = parse_registration_credential_json(answer)
        if len(read.raw_id) > LONGEST_CREDENTIAL_ID:
            return None
        return verify_registration_response(credential=read, **_expected(challenge))
    except UNREADABLE:
        return None


def read_signature(answer: str) -> AuthenticationCredential | None:
    """Return the answer of a device that signed; None if it can't be read."""
    try:
        return parse_authentication_credential_json(answer)
    except UNREADABLE:
        return None


def verify_signature(
    read: AuthenticationCredential, challenge: bytes, public_key: bytes
) -> VerifiedAuthentication | None:
    """Check an answer, all but its count, which is checked against the table afterwards."""
    try:
        return verify_authentication_response(
            credential=read,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            **_expected(challenge),
        )
    except UNREADABLE:
        return None


def _expected(challenge: bytes) -> dict[str, Any]:
    party = get_relying_party()
    return {
        "expected_challenge": challenge,
        "expected_rp_id": party.id,
        "expected_origin": party.origin,
        "require_user_verification": True,
    }
