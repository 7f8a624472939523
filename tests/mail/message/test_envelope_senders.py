"""Envelope senders: each message's own, legal, and useless to a forger (REQ-96, REQ-97)."""

from dataclasses import replace

import pytest

from supporters.config import load_settings
from supporters.mail.message.envelope_senders import EnvelopeWriter, read_envelope_sender
from supporters.settings.relay_settings import LONGEST_BOUNCE_NAME

OLD, NEW, OTHER = "old" * 12, "new" * 12, "other" * 8
SETTINGS = replace(
    load_settings(
        {"SUPPORTERS_ENV": "development", "SUPPORTERS_BOUNCE_ADDRESS": "retours@parti.example"}
    ),
    secret_keys=(NEW, OLD),
)
CAMPAIGN, PERSON = 7, 2**63 - 1
SENDER = EnvelopeWriter(SETTINGS, CAMPAIGN).write(PERSON)


def test_each_email_has_a_sender_of_its_own_that_stays_the_same() -> None:
    assert EnvelopeWriter(SETTINGS, CAMPAIGN).write(PERSON) == SENDER
    assert EnvelopeWriter(SETTINGS, CAMPAIGN).write(PERSON - 1) != SENDER
    assert EnvelopeWriter(SETTINGS, CAMPAIGN + 1).write(PERSON) != SENDER


def test_an_envelope_sender_identifies_the_bounced_email() -> None:
    assert SENDER.startswith("retours+")
    assert SENDER.endswith("@parti.example")
    assert read_envelope_sender(SETTINGS.secret_keys, SENDER) == (CAMPAIGN, PERSON)


@pytest.mark.parametrize("change", [str.upper, str.title, str.swapcase])
def test_relays_may_change_the_case(change: type) -> None:
    assert read_envelope_sender(SETTINGS.secret_keys, change(SENDER)) == (CAMPAIGN, PERSON)


def test_the_longest_name_leaves_room_for_the_token() -> None:
    longest = replace(SETTINGS, bounce_address=f"{'x' * LONGEST_BOUNCE_NAME}@parti.example")
    assert len(EnvelopeWriter(longest, CAMPAIGN).write(PERSON).partition("@")[0]) == 64


def test_the_newest_key_signs_and_every_listed_key_is_read() -> None:
    old = EnvelopeWriter(replace(SETTINGS, secret_keys=(OLD,)), CAMPAIGN).write(PERSON)
    assert read_envelope_sender([NEW, OLD], old) == (CAMPAIGN, PERSON)
    assert read_envelope_sender([NEW], SENDER) == (CAMPAIGN, PERSON)
    assert read_envelope_sender([NEW], old) is None
    assert read_envelope_sender([OTHER], SENDER) is None


def test_no_character_of_a_token_can_be_changed() -> None:
    local, _, domain = SENDER.partition("@")
    for place in range(len("retours+"), len(local)):
        other = "a" if local[place] != "a" else "b"
        altered = f"{local[:place]}{other}{local[place + 1 :]}@{domain}"
        assert read_envelope_sender(SETTINGS.secret_keys, altered) is None


@pytest.mark.parametrize(
    "address", ["", "@", "+", "retours@parti.example", f"r+{'é' * 40}@p.fr", f"r+{'0' * 40}@p.fr"]
)
def test_rubbish_is_nobodys(address: str) -> None:
    assert read_envelope_sender(SETTINGS.secret_keys, address) is None
