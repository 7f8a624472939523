"""Challenges for the browser of a visitor whose form is over a limit, and their proofs (ADR 071).

A challenge is signed and stored nowhere. It is valid for one form, for twenty minutes, and once
over all processes. The other way, without JavaScript, is a signed time: a form that waited.
"""

import json
from datetime import timedelta
from math import ceil
from secrets import randbelow, token_hex
from typing import NamedTuple

from altcha import create_challenge, verify_solution
from altcha.v2 import Payload

from supporters import clock
from supporters.crypto.encryption import keyed_hash
from supporters.crypto.tokens import TokenError, TokenPurpose
from supporters.extensions import current_tokens
from supporters.limits.count_store import take_once
from supporters.people.data_keys import ADDRESSES, data_key
from supporters.web.public.form_limits import Entry, LimitedForm

ALGORITHM = "PBKDF2/SHA-256"
COST = 2_000  # iterations of each try
FEWEST_TRIES, MOST_TRIES = 3_000, 6_000  # about 1.6 seconds of one core, shared by the workers
MINUTE = timedelta(minutes=1)
VALID_FOR = timedelta(minutes=20)
PATIENCE = timedelta(minutes=3)
LONGEST_PROOF = 2_000
USED = "proof"


def make_challenge(form: LimitedForm) -> str:
    """Return a new challenge for a form, as JSON."""
    challenge = create_challenge(
        ALGORITHM,
        COST,
        counter=FEWEST_TRIES + randbelow(MOST_TRIES - FEWEST_TRIES),
        expires_at=clock.now() + VALID_FOR,
        data={"form": form.value},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("solution"),
    )
    return json.dumps(challenge.to_dict())


class Wait(NamedTuple):
    """The signed time at which a form began to wait, and the minutes that are left."""

    token: str
    minutes: int


def begin_wait(form: LimitedForm, token: str) -> Wait:
    """Return the wait of a form. One that has begun goes on; a press that comes early costs none.

    A wait that is over was used, or there was no place: it begins anew.
    """
    left = PATIENCE - (_find_waited(form, token) or timedelta())
    if not token or left <= timedelta() or left == PATIENCE:
        return Wait(_sign_wait(form), ceil(PATIENCE / MINUTE))
    return Wait(token, ceil(left / MINUTE))


def _sign_wait(form: LimitedForm) -> str:
    began = int(clock.now().timestamp())
    return current_tokens().sign(TokenPurpose.WAITING_FORM, [form.value, began, token_hex(8)])


def find_entry(form: LimitedForm, proof: str, waiting: str) -> Entry | None:
    """Return the way by which a form may enter. A proof or a wait is used up by this."""
    if proof and _is_new_proof(form, proof):
        return Entry.PROVED
    if waiting and _is_new_wait(form, waiting):
        return Entry.PATIENT
    return None


def _is_new_proof(form: LimitedForm, proof: str) -> bool:
    if len(proof) > LONGEST_PROOF:
        return False
    secret, key_secret = _secret("challenge"), _secret("solution")
    if not verify_solution(proof, secret, hmac_key_secret=key_secret).verified:
        return False
    parameters = Payload.from_base64(proof).challenge.parameters
    if (parameters.data or {}).get("form") != form.value:
        return False
    return take_once(USED, parameters.nonce, until=clock.now() + VALID_FOR)


def _is_new_wait(form: LimitedForm, token: str) -> bool:
    waited = _find_waited(form, token)
    until = clock.now() + VALID_FOR
    return waited is not None and waited >= PATIENCE and take_once(USED, token, until=until)


def _find_waited(form: LimitedForm, token: str) -> timedelta | None:
    """Return how long a form has waited; None if the token isn't of this form, or is too old."""
    try:
        content = current_tokens().read(TokenPurpose.WAITING_FORM, token, max_age=VALID_FOR)
    except TokenError:
        return None
    match content:
        case [str(name), int(began), str()] if name == form.value:
            return timedelta(seconds=clock.now().timestamp() - began)
    return None


def _secret(purpose: str) -> bytes:
    """Return a secret of this installation that all its processes have."""
    return keyed_hash(data_key(ADDRESSES), "proof of work", purpose)


PROOF, WAITING = "proof", "waiting"  # the fields of the page that a form over a limit gets
