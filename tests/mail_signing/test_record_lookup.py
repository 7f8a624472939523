"""The DNS is asked for a record; an answer that doesn't come is no fault of the record."""

import dataclasses
from collections.abc import Iterator

import dns.rcode
import pytest
from flask import Flask

from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.mail.dkim.rules import record_of
from supporters.mail.dkim.signing_keys import list_keys
from supporters.mail_signing import record_lookup
from supporters.mail_signing.key_rotation import check_records
from supporters.mail_signing.record_lookup import look_up_record
from supporters.settings.setup_settings import SetupSettings
from tests.factories.returned.dkim_keys import make_waiting_key, published
from tests.servers.name_server import NO_ANSWER, NameServer

PUBLIC = "M" * 392
RECORD = record_of("parti.example", "s1", PUBLIC)
TWO_STRINGS = " ".join(f'"{each}"' for each in RECORD.strings)


@pytest.fixture
def names(app: Flask) -> Iterator[NameServer]:
    """Run a name server that the application asks."""
    with NameServer({}) as server:
        settings = app.extensions["settings"]
        setup = SetupSettings(dns_server=f"127.0.0.1:{server.port}")
        app.extensions["settings"] = dataclasses.replace(settings, setup=setup)
        yield server


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ([TWO_STRINGS], RecordState.VISIBLE),
        (['"v=DKIM1; p=other"'], RecordState.DIFFERENT),
        ([], RecordState.ABSENT),
        (dns.rcode.NXDOMAIN, RecordState.ABSENT),
        (dns.rcode.SERVFAIL, RecordState.UNKNOWN),
        (dns.rcode.REFUSED, RecordState.UNKNOWN),
    ],
)
def test_each_answer_of_the_dns_has_its_meaning(
    names: NameServer, answer: list[str], state: RecordState
) -> None:
    names.answers = {f"{RECORD.name}.": answer}
    assert look_up_record(RECORD, PUBLIC) is state


def test_a_dns_that_is_silent_is_unknown(
    names: NameServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    names.answers = {f"{RECORD.name}.": NO_ANSWER}
    monkeypatch.setattr(record_lookup, "SECONDS", 0.2)
    assert look_up_record(RECORD, PUBLIC) is RecordState.UNKNOWN


def test_a_key_signs_once_a_server_of_the_dns_has_its_record(app: Flask, names: NameServer) -> None:
    key = make_waiting_key()
    assert check_records(key.created_at) == 0
    strings = " ".join(f'"{each}"' for each in published(key).strings)
    names.answers = {f"{published(key).name}.": [strings]}
    assert check_records(key.created_at) == 1
    assert list_keys()[0].status is KeyStatus.ACTIVE
