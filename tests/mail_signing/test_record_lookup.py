"""The DNS is asked for a record; an answer that doesn't come is no fault of the record."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from supporters import dns_lookups
from supporters.mail.dkim.models import KeyStatus, RecordState
from supporters.mail.dkim.rules import record_of
from supporters.mail.dkim.signing_keys import list_keys
from supporters.mail_signing.key_rotation import check_records
from supporters.mail_signing.record_lookup import look_up_record
from supporters.settings.setup_settings import SetupSettings
from tests.factories.returned.dkim_keys import make_waiting_key, published
from tests.servers.dns_server import DnsServer

PUBLIC = "M" * 392
RECORD = record_of("parti.example", "s1", PUBLIC)


@pytest.fixture
def names(app: Flask) -> Iterator[DnsServer]:
    """Run a DNS server that the application asks."""
    with DnsServer() as server:
        settings = app.extensions["settings"]
        setup = SetupSettings(dns_server=server.address)
        app.extensions["settings"] = dataclasses.replace(settings, setup=setup)
        yield server


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([RECORD.value], RecordState.VISIBLE),  # in two strings
        (["v=DKIM1; p=other"], RecordState.DIFFERENT),
        ([RECORD.value, "v=DKIM1; p=other"], RecordState.DIFFERENT),
        ([], RecordState.ABSENT),
    ],
)
def test_each_answer_of_the_dns_has_its_meaning(
    names: DnsServer, values: list[str], state: RecordState
) -> None:
    names.publish(RECORD.name, "TXT", *values)
    assert look_up_record(RECORD, PUBLIC) is state


def test_a_name_that_does_not_exist_has_no_record(names: DnsServer) -> None:
    assert look_up_record(RECORD, PUBLIC) is RecordState.ABSENT


def test_a_server_that_fails_says_nothing_of_the_record(names: DnsServer) -> None:
    names.failing.add(RECORD.name)
    assert look_up_record(RECORD, PUBLIC) is RecordState.UNKNOWN


def test_a_dns_that_is_silent_is_unknown(names: DnsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    names.silent.add(RECORD.name)
    monkeypatch.setattr(dns_lookups, "SECONDS", 0.2)
    assert look_up_record(RECORD, PUBLIC) is RecordState.UNKNOWN


def test_a_key_signs_once_a_server_of_the_dns_has_its_record(app: Flask, names: DnsServer) -> None:
    key = make_waiting_key()
    assert check_records(key.created_at) == 0
    names.publish(published(key).name, "TXT", published(key).value)
    assert check_records(key.created_at) == 1
    assert list_keys()[0].status is KeyStatus.ACTIVE
