"""Each fault of SPF has its red line, and the record that mends it (REQ-73)."""

from collections.abc import Callable

import pytest

from supporters.delivery_setup.findings import (
    DnsRecord,
    Finding,
    FindingState,
    SetupFault,
    SetupLine,
    stopping,
)
from supporters.settings.setup_settings import SetupSettings
from tests.delivery_setup.right_set_up import SENDER, SPF, dkim_record
from tests.servers.dns_server import DnsServer

Look = Callable[..., dict[SetupLine, Finding]]
BOUNCES, FROM = "retours.parti.example", "parti.example"


FAULTY_SPF = [
    ([], SetupFault.NO_SPF, SPF),
    (["v=spf1 mx ~all", "v=spf1 a -all"], SetupFault.SEVERAL_SPF, None),
    (["v=spf1 ip4:203.0.113.300 mx ~all"], SetupFault.SPF_FAULTY, None),
    (["v=spf1 ip4:198.51.100.1 -all"], SetupFault.SPF_LACKS_RELAY, None),
    (["v=spf1 a:203.0.113.7 mx ~all"], SetupFault.SPF_FAULTY, None),
    (["v=spf1 redirect=parti.example redirect=b.example"], SetupFault.SPF_FAULTY, None),
    (['"v=spf1 ip4:203.0.113.7 ~all"'], SetupFault.NO_SPF, SPF),
    (["v=spf1 ip4:203.0.113.7 +all"], SetupFault.SPF_OPEN, SPF),
    (["v=spf1 ip4:203.0.113.7"], SetupFault.SPF_OPEN, SPF),
    (["v=spf1 include:nowhere.example ip4:203.0.113.7 ~all"], SetupFault.SPF_INCLUDE, SPF),
    (
        ["v=spf1 a:n1.example a:n2.example a:n3.example ip4:203.0.113.7 ~all"],
        SetupFault.SPF_VOID,
        SPF,
    ),
]


@pytest.mark.parametrize(("published", "fault", "mended"), FAULTY_SPF)
def test_spf_fault_is_named_and_its_mended_record_is_right(
    look: Look,
    dns_server: DnsServer,
    published: list[str],
    fault: SetupFault,
    mended: str | None,
) -> None:
    """The record that the page says makes the line green, as the one SPF record of the domain."""
    dns_server.publish(BOUNCES, "TXT", "other=1", *published)
    found = look()[SetupLine.SPF]
    record = found.record_to_publish
    assert (found.state, found.fault) == (FindingState.RED, fault)
    assert record is not None
    assert (record.name, record.type) == (BOUNCES, "TXT")
    assert mended in {None, record.value}
    dns_server.publish(BOUNCES, "TXT", "other=1", record.value)
    assert look()[SetupLine.SPF].state is FindingState.GREEN


def test_merged_spf_record_retains_what_was_there(look: Look, dns_server: DnsServer) -> None:
    """Terms of other services stay; nobody is told to publish a second record."""
    dns_server.publish("a.example", "TXT", "v=spf1 ip4:198.51.100.0/24 -all")
    dns_server.publish(BOUNCES, "TXT", "v=spf1 include:a.example -all")
    record = look()[SetupLine.SPF].record_to_publish
    assert record == DnsRecord(BOUNCES, "TXT", "v=spf1 include:a.example ip4:203.0.113.7 -all")


def test_too_many_lookups_are_counted_and_replaced_by_addresses(
    look: Look, dns_server: DnsServer
) -> None:
    """The dearest terms become addresses, until ten look-ups are enough."""
    for number in range(6):
        dns_server.publish(f"h{number}.example", "A", f"198.51.100.{number}")
    inner = " ".join(f"a:h{number}.example" for number in range(6))
    dns_server.publish("big.example", "TXT", f"v=spf1 {inner} -all")
    terms = f"a:h0.example include:big.example mx:{FROM} a:h1.example a:h2.example a:h3.example"
    dns_server.publish(BOUNCES, "TXT", f"v=spf1 ip4:{SENDER} {terms} ~all")
    found = look()[SetupLine.SPF]
    assert (found.fault, found.values["count"]) == (SetupFault.SPF_LOOKUPS, "12")
    assert found.record_to_publish is not None
    assert "ip4:198.51.100.0" in found.record_to_publish.value
    dns_server.publish(BOUNCES, "TXT", found.record_to_publish.value)
    assert look()[SetupLine.SPF].state is FindingState.GREEN


def test_an_include_that_includes_itself_is_a_fault(look: Look, dns_server: DnsServer) -> None:
    """It ends, and is named."""
    dns_server.publish("loop.example", "TXT", "v=spf1 include:loop.example -all")
    dns_server.publish(BOUNCES, "TXT", f"v=spf1 ip4:{SENDER} include:loop.example ~all")
    found = look()[SetupLine.SPF]
    assert (found.fault, found.values["term"]) == (SetupFault.SPF_INCLUDE, "include:loop.example")


def test_redirect_and_mx_authorise_the_relay(look: Look, dns_server: DnsServer) -> None:
    """The record of another name counts, as receivers evaluate it."""
    dns_server.publish("_spf.parti.example", "TXT", f"v=spf1 mx:{FROM} -all")
    dns_server.publish(BOUNCES, "TXT", "v=spf1 redirect=_spf.parti.example")
    assert look()[SetupLine.SPF].state is FindingState.GREEN


@pytest.mark.parametrize(
    "published",
    [
        f"v=spf1 ip4:{SENDER} {' '.join(['include:a.example'] * 11)} ~all",
        "v=spf1 ip4:198.51.100.1 -all",
    ],
)
def test_spf_that_fails_stops_sending_and_a_guess_does_not(
    look: Look, dns_server: DnsServer, published: str
) -> None:
    """Large receivers want SPF beside DKIM. Which addresses a relay has may not be known."""
    dns_server.publish("a.example", "TXT", "v=spf1 ip4:198.51.100.2 -all")
    dns_server.publish(BOUNCES, "TXT", published)
    assert SetupLine.SPF in {each.line for each in stopping(look().values())}
    dns_server.publish(BOUNCES, "TXT", "v=spf1 include:a.example -all")
    guessed = look({"setup": SetupSettings(dkim_selectors=("s1",))})
    assert guessed[SetupLine.SPF].fault is SetupFault.SPF_LACKS_RELAY
    assert not stopping(guessed.values())


def test_spf_proves_nothing_where_the_provider_owns_the_envelope(
    look: Look, dns_server: DnsServer
) -> None:
    """Receivers check the domain of Brevo, not ours: only its signature can be aligned."""
    changes = {"mail_server": "smtp-relay.brevo.com", "setup": SetupSettings()}
    assert look(changes)[SetupLine.ALIGNMENT].fault is SetupFault.NEITHER_PASSES
    dns_server.publish("brevo1._domainkey.parti.example", "TXT", dkim_record())
    found = look(changes)
    assert found[SetupLine.ALIGNMENT].state is FindingState.GREEN
    assert found[SetupLine.SPF].state is FindingState.GREEN
