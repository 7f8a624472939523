"""Keys are rotated without a gap, and none retires while its record is needed."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters.audit_log.audit_events import list_sealed_acts
from supporters.consent.log_sealing import seal
from supporters.crypto.encryption import Encryptor
from supporters.database import db, transaction
from supporters.extensions import current_encryptor
from supporters.mail.dkim import signing_keys
from supporters.mail.dkim.models import DkimKey, KeyStatus, RecordState
from supporters.mail.dkim.rules import RECORD_STAYS
from supporters.mail.dkim.signing_keys import (
    SigningKeyUnreadable,
    current_signer,
    list_keys,
    open_key,
    reencrypt_dkim_keys,
)
from supporters.mail_signing.acts import DkimAct
from supporters.mail_signing.key_rotation import (
    MakeKeyError,
    RetireKeyError,
    check_records,
    check_waiting_keys,
    make_key,
    retire_key,
)
from tests.factories.returned.dkim_keys import (
    ABSENT,
    DOMAIN,
    UNKNOWN,
    VISIBLE,
    always,
    make_active_key,
    make_waiting_key,
    verifies,
)

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.both_databases]
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
MESSAGE = b"From: <lettre@parti.example>\r\nSubject: x\r\nDate: y\r\n\r\nBonjour\r\n"


def statuses() -> list[tuple[str, KeyStatus]]:
    db.session.rollback()
    return [(key.selector, key.status) for key in list_keys()][::-1]


def signs_with(key: DkimKey) -> bool:
    return verifies(current_signer()(MESSAGE), key)


def test_a_new_key_waits_and_nothing_is_signed_by_it() -> None:
    key = make_waiting_key(NOW)
    assert statuses() == [("s20261201", KeyStatus.WAITING)]
    assert current_signer()(MESSAGE) == MESSAGE
    assert open_key(key).key_size == 2048


@pytest.mark.parametrize("answer", [ABSENT, UNKNOWN, RecordState.DIFFERENT])
def test_a_key_waits_until_the_dns_shows_its_record(answer: RecordState) -> None:
    make_waiting_key(NOW)
    assert check_records(NOW, look_up=always(answer)) == 0
    assert statuses() == [("s20261201", KeyStatus.WAITING)]
    assert check_records(LATER, look_up=always(VISIBLE)) == 1
    assert statuses() == [("s20261201", KeyStatus.ACTIVE)]
    assert check_records(LATER, look_up=always(VISIBLE)) == 0


def test_one_key_waits_at_a_time_for_each_domain() -> None:
    make_waiting_key(NOW)
    assert make_key(DOMAIN, NOW) is MakeKeyError.ONE_WAITS
    make_waiting_key(NOW, "autre.example")
    assert len(list_keys()) == 2


def test_the_former_key_signs_until_the_next_one_shows() -> None:
    first = make_active_key(NOW)
    second = make_waiting_key(NOW + timedelta(seconds=1))
    assert second.selector == "s20261201b"
    check_records(LATER, look_up=always(ABSENT))
    assert signs_with(first)
    check_records(LATER, look_up=lambda record, _: VISIBLE)
    assert signs_with(second)
    db.session.rollback()
    assert statuses() == [
        ("s20261201", KeyStatus.REPLACED),
        ("s20261201b", KeyStatus.ACTIVE),
    ]
    assert db.session.get_one(DkimKey, first.id).ended_at == LATER


def test_the_dns_that_does_not_answer_stops_no_signature() -> None:
    key = make_active_key(NOW)
    check_records(LATER, look_up=always(UNKNOWN))
    assert signs_with(key)
    assert list_keys()[0].record is UNKNOWN


def test_keys_of_two_domains_sign_side_by_side() -> None:
    ours, other = make_active_key(NOW), make_active_key(NOW, "autre.example")
    assert signs_with(ours)
    assert verifies(current_signer()(MESSAGE.replace(b"parti.", b"autre.")), other)


def test_a_key_that_signs_retires_only_for_a_reason() -> None:
    key = make_active_key(NOW)
    assert retire_key(key.id, LATER) is RetireKeyError.SIGNS
    assert isinstance(retire_key(key.id, LATER, because="stolen"), DkimKey)
    retired = list_keys()[0]
    assert (retired.status, retired.encrypted) == (KeyStatus.RETIRED, None)
    assert (retired.retired_because, retired.ended_at) == ("stolen", LATER)
    assert current_signer()(MESSAGE) == MESSAGE
    assert retire_key(key.id, LATER, because="again") is RetireKeyError.RETIRED


def test_a_replaced_key_retires_after_seven_days() -> None:
    first = make_active_key(NOW)
    make_active_key(LATER)
    before = LATER + RECORD_STAYS - timedelta(seconds=1)
    assert retire_key(first.id, before) is RetireKeyError.RECORD_IS_NEEDED
    assert isinstance(retire_key(first.id, LATER + RECORD_STAYS), DkimKey)


def test_a_key_that_never_signed_retires_at_once() -> None:
    key = make_waiting_key(NOW)
    assert isinstance(retire_key(key.id, NOW), DkimKey)
    assert make_waiting_key(NOW).selector == "s20261201b"


def test_an_unknown_key_does_not_retire() -> None:
    assert retire_key(1, NOW) is None


def test_each_step_is_recorded() -> None:
    key = make_active_key(NOW)
    retire_key(key.id, NOW, because="stolen")
    seal()
    counts = {act: len(list_sealed_acts(act)) for act in DkimAct}
    assert counts == dict.fromkeys(DkimAct, 1)


def test_the_database_refuses_two_keys_that_sign_for_a_domain() -> None:
    make_active_key(NOW)
    make_waiting_key(NOW)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE dkim_key SET status = 'active', activated_at = created_at"))


@pytest.mark.parametrize(
    "change",
    ["encrypted = NULL", "status = 'retired'", "activated_at = NULL", "status = 'replaced'"],
)
def test_the_database_refuses_a_key_in_no_state(change: str) -> None:
    make_active_key(NOW)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(f"UPDATE dkim_key SET {change}"))


def test_a_rotation_of_the_secret_keys_encrypts_it_anew(app: Flask) -> None:
    key = make_active_key(NOW)
    former = app.extensions["encryptor"]
    app.extensions["encryptor"] = Encryptor(["x" * 40, app.extensions["settings"].secret_keys[0]])
    assert reencrypt_dkim_keys() == 1
    assert reencrypt_dkim_keys() == 0
    db.session.rollback()
    stored = list_keys()[0]
    assert current_encryptor().find_key(stored.encrypted or b"") != former.fingerprints[0]
    assert signs_with(key)


def test_a_machine_without_the_secret_key_signs_nothing(app: Flask) -> None:
    make_active_key(NOW)
    app.extensions["encryptor"] = Encryptor(["x" * 40])
    signing_keys.forget_keys()
    with pytest.raises(SigningKeyUnreadable, match="s20261201"):
        current_signer()


def test_a_worker_that_runs_takes_up_a_new_key_within_a_minute(app: Flask) -> None:
    former = make_active_key(NOW)
    signer = current_signer()
    cached = app.extensions[signing_keys.CACHE]
    key = make_active_key(LATER)  # on another machine, so that this one forgets nothing:
    app.extensions[signing_keys.CACHE] = cached
    assert verifies(signer(MESSAGE), former)
    assert signs_with(former)
    app.extensions[signing_keys.CACHE] = (cached[0] - 60, cached[1])
    assert signs_with(key)


def test_the_job_asks_for_waiting_keys_only() -> None:
    make_active_key(NOW)
    check_waiting_keys(LATER)
    assert list_keys()[0].checked_at == NOW
