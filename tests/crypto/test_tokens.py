"""Tokens of links: for one purpose, forgery-proof, and valid when keys are rotated."""

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer

from supporters.crypto.tokens import (
    MAX_TOKEN_LENGTH,
    Payload,
    TokenExpired,
    TokenForged,
    TokenPurpose,
    TokenSigner,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD, NEW, OTHER = "old" * 12, "new" * 12, "other" * 8
signer = TokenSigner([NEW])


@pytest.mark.parametrize("payload", [7, "id", [1, 2, 3], ["public", "secret"], 2**62])
def test_a_token_carries_its_payload(payload: Payload) -> None:
    assert (
        signer.read(TokenPurpose.UNSUBSCRIBE, signer.sign(TokenPurpose.UNSUBSCRIBE, payload))
        == payload
    )


def test_a_token_for_one_purpose_is_refused_for_every_other() -> None:
    faults = [
        f"a token for {made_for.name} is read as one for {read_as.name}"
        for made_for, read_as in permutations(TokenPurpose, 2)
        if is_read(signer.sign(made_for, 7), read_as)
    ]
    assert not faults


def is_read(token: str, purpose: TokenPurpose) -> bool:
    """Tell whether a token is read as one for a purpose."""
    try:
        signer.read(purpose, token)
    except TokenForged:
        return False
    return True


def test_no_character_of_a_token_can_be_changed() -> None:
    token = signer.sign(TokenPurpose.UNSUBSCRIBE, [12, 3])
    for place, character in enumerate(token[:-1]):
        altered = token[:place] + ("A" if character != "A" else "B") + token[place + 1 :]
        with pytest.raises(TokenForged):
            signer.read(TokenPurpose.UNSUBSCRIBE, altered)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é", "\0", "x" * (MAX_TOKEN_LENGTH + 1)])
def test_rubbish_is_forged(token: str) -> None:
    with pytest.raises(TokenForged):
        signer.read(TokenPurpose.UNSUBSCRIBE, token)


def test_another_installations_token_is_forged() -> None:
    with pytest.raises(TokenForged):
        signer.read(
            TokenPurpose.UNSUBSCRIBE, TokenSigner([OTHER]).sign(TokenPurpose.UNSUBSCRIBE, 7)
        )


def test_the_newest_key_signs_and_every_listed_key_is_read() -> None:
    old_token = TokenSigner([OLD]).sign(TokenPurpose.UNSUBSCRIBE, 7)
    rotated = TokenSigner([NEW, OTHER, OLD])
    assert rotated.read(TokenPurpose.UNSUBSCRIBE, old_token) == 7
    assert (
        TokenSigner([NEW]).read(TokenPurpose.UNSUBSCRIBE, rotated.sign(TokenPurpose.UNSUBSCRIBE, 8))
        == 8
    )


def test_a_dropped_key_ends_its_tokens() -> None:
    old_token = TokenSigner([OLD]).sign(TokenPurpose.UNSUBSCRIBE, 7)
    with pytest.raises(TokenForged):
        TokenSigner([NEW]).read(TokenPurpose.UNSUBSCRIBE, old_token)


def test_a_token_without_an_age_limit_works_for_years() -> None:
    with time_machine.travel(NOW, tick=False):
        token = signer.sign(TokenPurpose.UNSUBSCRIBE, 7)
    with time_machine.travel(NOW + timedelta(days=3 * 365), tick=False):
        assert signer.read(TokenPurpose.UNSUBSCRIBE, token) == 7


def test_a_token_with_an_age_limit_ends() -> None:
    with time_machine.travel(NOW, tick=False):
        token = signer.sign(TokenPurpose.MANAGE, 7)
    hour = timedelta(hours=1)
    with time_machine.travel(NOW + hour, tick=False):
        assert signer.read(TokenPurpose.MANAGE, token, max_age=hour) == 7
    with (
        time_machine.travel(NOW + hour + timedelta(seconds=1), tick=False),
        pytest.raises(TokenExpired),
    ):
        signer.read(TokenPurpose.MANAGE, token, max_age=hour)


def test_a_token_can_stand_in_the_address_of_a_page() -> None:
    token = signer.sign(TokenPurpose.CONFIRM, ["é/?#&", "secret"])
    assert token.isascii()
    assert all(character.isalnum() or character in "-_." for character in token)


def test_links_that_are_out_in_mailboxes_keep_working() -> None:
    plain = URLSafeTimedSerializer(
        [NEW], salt="supporters.leave", signer_kwargs={"digest_method": hashlib.sha256}
    )
    for payload in (7, [3765593562331654772, 3, 17], ["é" * 100]):
        assert signer.read(TokenPurpose.UNSUBSCRIBE, plain.dumps(payload)) == payload
        with time_machine.travel(NOW, tick=False):
            assert plain.loads(signer.sign(TokenPurpose.UNSUBSCRIBE, payload)) == payload


def test_a_token_of_a_machine_whose_clock_is_ahead_has_not_expired() -> None:
    with time_machine.travel(NOW + timedelta(seconds=30), tick=False):
        token = signer.sign(TokenPurpose.CONFIRM, 7)
    with time_machine.travel(NOW, tick=False):
        assert signer.read(TokenPurpose.CONFIRM, token, max_age=timedelta(hours=1)) == 7
