"""The keys and streams that our emails leave by: each is checked and tested as its own."""

import dataclasses
from collections.abc import Iterator

import pytest
from flask import Flask

from supporters.config import Settings
from supporters.delivery_setup.findings import FindingState, SetupFault, SetupLine, stopping
from supporters.delivery_setup.loop_comparison import LoopFault
from supporters.delivery_setup.loop_test import send_loop_test
from supporters.delivery_setup.models import LoopShape
from supporters.delivery_setup.setup_checks import check_setup
from supporters.settings.relay_settings import Relay as Stream
from tests.conftest import running_app
from tests.delivery_setup.right_set_up import production_settings
from tests.delivery_setup.tampering_relays import arrive, recode
from tests.factories.returned.dkim_keys import make_active_key, published
from tests.servers.dns_server import DnsServer
from tests.servers.ports import free_port
from tests.servers.relay import Relay

pytestmark = pytest.mark.both_databases


@pytest.fixture
def app(settings: Settings, dns_server: DnsServer) -> Iterator[Flask]:
    """Return an application with DNS."""
    with running_app(production_settings(settings, dns_server)) as app:
        yield app


def test_our_own_key_signs_the_loop_test(app: Flask, relay: Relay, dns_server: DnsServer) -> None:
    """Nothing else leaves unsigned, and what breaks the signature is told."""
    key = make_active_key()
    dns_server.publish(published(key).name, "TXT", published(key).value)
    assert arrive(relay, bytes)[LoopShape.CAMPAIGN] == []
    relay.reset()
    assert arrive(relay, recode)[LoopShape.CAMPAIGN] == [LoopFault.SIGNATURE_BROKEN]


def with_second_stream(settings: Settings, dns_server: DnsServer, port: int) -> Settings:
    """Return the settings of the party with a stream of its own for transactional emails."""
    stream = Stream(
        server="localhost",
        port=port,
        username=None,
        password=None,
        tls="none",
        sender="compte@comptes.parti.example",
        bounce_address="retours@comptes.parti.example",
    )
    return dataclasses.replace(production_settings(settings, dns_server), transactional=stream)


def test_faults_of_the_second_stream_are_told_and_stop_no_campaign(
    settings: Settings, dns_server: DnsServer
) -> None:
    """Its domain has records of its own. A fault of the first stream comes first."""
    with running_app(with_second_stream(settings, dns_server, free_port())):
        found = {each.line: each for each in check_setup()}
        spf = found[SetupLine.SPF]
        assert (spf.fault, spf.values["domain"]) == (SetupFault.NO_SPF, "comptes.parti.example")
        assert not stopping(found.values())
        dns_server.publish("retours.parti.example", "TXT")
        assert {each.line: each for each in check_setup()}[SetupLine.SPF].stops_sending


def test_transactional_stream_is_tested_by_itself(
    settings: Settings, dns_server: DnsServer, relay: Relay
) -> None:
    """Its message has its own sender, and goes through its own relay."""
    with (
        Relay(free_port()) as second,
        running_app(with_second_stream(settings, dns_server, second.port)),
    ):
        send_loop_test()
    assert [mail.message["From"].addresses[0].domain for mail in relay.mails] == ["parti.example"]
    (mail,) = second.mails
    assert mail.message["From"].addresses[0].addr_spec == "compte@comptes.parti.example"
    assert mail.sender.endswith("@comptes.parti.example")


def test_key_that_signed_the_loop_test_may_retire(
    app: Flask, relay: Relay, dns_server: DnsServer
) -> None:
    """Once another key of ours signs, the record of the former one is no longer asked for."""
    for _ in range(2):
        key = make_active_key()
        record = published(key)
        dns_server.publish(record.name, "TXT", record.value)
        if len(relay.mails) == 0:
            arrive(relay, bytes)
            former = record
    dns_server.remove(former.name, "TXT")
    found = {each.line: each for each in check_setup()}[SetupLine.DKIM]
    assert (found.state, found.found) == (FindingState.GREEN, record.name)


def test_key_of_another_domain_proves_nothing_for_ours(
    app: Flask, relay: Relay, dns_server: DnsServer
) -> None:
    """We sign with the key of exactly the domain of the From."""
    key = make_active_key(domain="autre.parti.example")
    dns_server.publish(published(key).name, "TXT", published(key).value)
    dns_server.remove("s1._domainkey.parti.example", "TXT")
    found = {each.line: each for each in check_setup()}[SetupLine.DKIM]
    assert found.values["name"] == "s1._domainkey.parti.example"
