"""Each fault of the set-up has its red line, and the record that mends it (REQ-73)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from supporters.delivery_setup.dkim_check import PublishedKey
from supporters.delivery_setup.findings import (
    DnsRecord,
    Finding,
    FindingState,
    SetupFault,
    SetupLine,
    stopping,
)
from supporters.settings.setup_settings import SetupSettings
from tests.delivery_setup.right_set_up import DMARC, REVERSE, SENDER, SPF, dkim_of_size, dkim_record
from tests.servers.dns_server import DnsServer

Look = Callable[..., dict[SetupLine, Finding]]
BOUNCES, FROM = "retours.parti.example", "parti.example"


def test_a_right_set_up_is_green_throughout(look: Look) -> None:
    found = look()
    assert {line: each.state for line, each in found.items()} == dict.fromkeys(
        SetupLine, FindingState.GREEN
    )


FAULTY_KEYS = [
    ([], SetupFault.NO_KEY),
    (["v=DKIM1; k=rsa; p="], SetupFault.KEY_REVOKED),
    (["v=DKIM1; k=rsa"], SetupFault.KEY_FAULTY),
    ([dkim_record().replace("p=", "P=")], SetupFault.KEY_FAULTY),
    ([f"{dkim_record()}; p=x"], SetupFault.KEY_FAULTY),
    (["v=DKIM1; p=bm90IGEga2V5"], SetupFault.OTHER_KEY),
    ([dkim_record(), "v=DKIM1; p=x"], SetupFault.KEY_FAULTY),
    (["v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKM="], SetupFault.OTHER_KEY),
    ([f"{dkim_record()}; t=y:s"], SetupFault.KEY_IN_TEST),
    ([f"{dkim_record()}; s=tlsrpt"], SetupFault.KEY_FAULTY),
    ([f"{dkim_record()}; h=sha1"], SetupFault.KEY_FAULTY),
    ([dkim_record().replace(";", "\\;")], SetupFault.KEY_FAULTY),
]


@pytest.mark.parametrize(("published", "fault"), FAULTY_KEYS)
def test_own_key_has_the_record_to_publish(
    look: Look, dns_server: DnsServer, published: list[str], fault: SetupFault
) -> None:
    key = PublishedKey(FROM, "k7", record=dkim_record())
    dns_server.publish(key.name, "TXT", *published)
    found = look(keys=(key,))[SetupLine.DKIM]
    assert (found.state, found.fault) == (FindingState.RED, fault)
    assert found.record_to_publish == DnsRecord("k7._domainkey.parti.example", "TXT", key.record)
    dns_server.publish(key.name, "TXT", key.record)
    assert look(keys=(key,))[SetupLine.DKIM].state is FindingState.GREEN


@pytest.mark.parametrize(
    ("published", "fault"),
    [(dkim_of_size(768), SetupFault.KEY_SHORT), ("p=bm90IGEga2V5", SetupFault.KEY_FAULTY)],
)
def test_weak_or_broken_key_is_refused(
    look: Look, dns_server: DnsServer, published: str, fault: SetupFault
) -> None:
    dns_server.publish("s1._domainkey.parti.example", "TXT", published)
    assert look()[SetupLine.DKIM].fault is fault


def test_one_key_of_a_provider_is_enough(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish("brevo2._domainkey.parti.example", "CNAME", "b2.dkim.brevo.com.")
    dns_server.publish("b2.dkim.brevo.com", "TXT", dkim_record())
    changes = {"mail_server": "smtp-relay.brevo.com", "setup": SetupSettings()}
    found = look(changes)
    assert found[SetupLine.DKIM].state is FindingState.GREEN
    dns_server.remove("brevo2._domainkey.parti.example", "CNAME")
    missing = look(changes)[SetupLine.DKIM].record_to_publish
    assert missing == DnsRecord(
        "brevo1._domainkey.parti.example", "CNAME", "b1.parti-example.dkim.brevo.com."
    )


def test_no_known_selector_is_unknown(look: Look) -> None:
    found = look({"setup": SetupSettings()})[SetupLine.DKIM]
    assert (found.state, found.fault) == (FindingState.UNKNOWN, SetupFault.NO_SELECTOR)


FAULTY_DMARC = [
    ([], SetupFault.NO_DMARC, "v=DMARC1; p=none"),
    ([DMARC, "v=DMARC1; p=none"], SetupFault.SEVERAL_DMARC, DMARC),
    (["v=DMARC1; p=block; adkim=s"], SetupFault.DMARC_FAULTY, "v=DMARC1; p=none; adkim=s"),
    (["v=dmarc1; p=reject"], SetupFault.DMARC_FAULTY, "v=DMARC1; p=reject"),
    ([" v=DMARC1; p=reject"], SetupFault.DMARC_FAULTY, "v=DMARC1; p=reject"),
    (["v=DMARC1; p=reject; p=none"], SetupFault.DMARC_FAULTY, "v=DMARC1; p=reject"),
    (["v=DMARC1; p=reject; sp=block"], SetupFault.DMARC_FAULTY, "v=DMARC1; p=reject"),
    (
        ["v=DMARC1; pct=50; rua=https://parti.example"],
        SetupFault.DMARC_FAULTY,
        "v=DMARC1; p=none; rua=https://parti.example",
    ),
]


@pytest.mark.parametrize(("published", "fault", "mended"), FAULTY_DMARC)
def test_dmarc_fault_is_named_and_stops_sending(
    look: Look, dns_server: DnsServer, published: list[str], fault: SetupFault, mended: str
) -> None:
    dns_server.publish("_dmarc.parti.example", "TXT", *published)
    found = look()
    assert found[SetupLine.DMARC].fault is fault
    assert found[SetupLine.DMARC].record_to_publish == DnsRecord(
        "_dmarc.parti.example", "TXT", mended
    )
    assert SetupLine.DMARC in {each.line for each in stopping(found.values())}
    dns_server.publish("_dmarc.parti.example", "TXT", mended)
    assert look()[SetupLine.DMARC].state is FindingState.GREEN


def test_policy_none_is_told_and_stops_nothing(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish("_dmarc.parti.example", "TXT", "v=DMARC1; p=none; pct=20; rua=mailto:a@b.c")
    found = look()
    policy = found[SetupLine.POLICY]
    assert policy.fault is SetupFault.POLICY_NONE
    assert policy.record_to_publish is not None
    assert policy.record_to_publish.value == "v=DMARC1; p=quarantine; rua=mailto:a@b.c"
    assert not stopping(found.values())


def test_unaligned_signature_stops_sending(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish("s9._domainkey.relay.example", "TXT", dkim_record())
    dns_server.publish("bounce.relay.example", "TXT", SPF)
    changes = {
        "bounce_address": "b@bounce.relay.example",
        "setup": SetupSettings(sending_addresses=(SENDER,)),
    }
    found = look(changes, keys=(PublishedKey("relay.example", "s9"),))[SetupLine.ALIGNMENT]
    assert (found.fault, found.stops_sending) == (SetupFault.NOT_ALIGNED, True)


def test_message_that_came_back_unsigned_is_red(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish(BOUNCES, "TXT", "other=1")
    changes = {"setup": SetupSettings(sending_addresses=(SENDER,))}
    found = look(changes, is_unsigned=True)
    assert found[SetupLine.DKIM].fault is SetupFault.UNSIGNED
    assert found[SetupLine.ALIGNMENT].fault is SetupFault.NEITHER_PASSES
    assert found[SetupLine.ALIGNMENT].stops_sending


def test_address_without_a_name_stops_sending(look: Look, dns_server: DnsServer) -> None:
    dns_server.remove(REVERSE, "PTR")
    found = look()[SetupLine.PTR]
    assert (found.fault, found.stops_sending) == (SetupFault.NO_PTR, True)
    assert found.record_to_publish == DnsRecord(REVERSE, "PTR", "lettres.parti.example.")


def test_name_without_the_address_is_unconfirmed(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish(REVERSE, "PTR", "other.parti.example.")
    found = look()[SetupLine.PTR]
    assert found.fault is SetupFault.PTR_UNCONFIRMED
    assert found.record_to_publish == DnsRecord("other.parti.example", "A", SENDER)


@pytest.mark.parametrize(
    ("published", "fault"),
    [([], SetupFault.NO_MAIL_HOST), (["0 ."], SetupFault.NULL_MX)],
)
def test_bounces_need_a_mail_server_where_they_are_read(
    look: Look, dns_server: DnsServer, published: list[str], fault: SetupFault
) -> None:
    dns_server.publish(BOUNCES, "MX", *published)
    found, without = look(), look(has_intake=False)
    assert (found[SetupLine.BOUNCES].fault, found[SetupLine.BOUNCES].stops_sending) == (fault, True)
    assert found[SetupLine.BOUNCES].record_to_publish == DnsRecord(
        BOUNCES, "MX", "10 lettres.parti.example."
    )
    assert not without[SetupLine.BOUNCES].stops_sending


def test_mail_server_that_does_not_exist_is_named(look: Look, dns_server: DnsServer) -> None:
    dns_server.publish(FROM, "MX", "10 gone.parti.example.")
    found = look()[SetupLine.ANSWERS]
    assert found.fault is SetupFault.MAIL_HOST_GONE
    assert found.record_to_publish == DnsRecord("gone.parti.example", "A", "")


def test_address_in_the_place_of_a_mail_server_is_named(look: Look, dns_server: DnsServer) -> None:
    """Nobody can publish an address record for an address."""
    dns_server.publish(BOUNCES, "MX", "10 203.0.113.7.")
    found = look()[SetupLine.BOUNCES]
    assert found.fault is SetupFault.MX_WITHOUT_NAME
    assert found.record_to_publish == DnsRecord(BOUNCES, "MX", "10 lettres.parti.example.")


def test_unnamed_sending_address_is_unknown(look: Look) -> None:
    """A relay of one's own without a name is the fault that a check must not pass over."""
    found = look({"setup": SetupSettings(dkim_selectors=("s1",))})[SetupLine.PTR]
    assert (found.state, found.fault) == (FindingState.UNKNOWN, SetupFault.NO_ADDRESS)


def test_signature_of_the_provider_beside_ours_is_not_ours_to_publish(look: Look) -> None:
    """Providers sign twice: for us, and for themselves."""
    keys = (PublishedKey(FROM, "s1"), PublishedKey("relay.example", "x"))
    assert look(keys=keys)[SetupLine.DKIM].state is FindingState.GREEN


def test_clock_may_differ_by_a_minute(look: Look) -> None:
    assert look(clock_offset=timedelta(seconds=60))[SetupLine.CLOCK].state is FindingState.GREEN
    assert look(clock_offset=timedelta(seconds=-61))[SetupLine.CLOCK].fault is (
        SetupFault.CLOCK_WRONG
    )


@pytest.mark.parametrize("way", ["failing", "silent"])
def test_dns_without_an_answer_is_unknown_and_stops_nothing(
    look: Look, dns_server: DnsServer, way: str
) -> None:
    names = {BOUNCES, FROM, "_dmarc.parti.example", "s1._domainkey.parti.example", REVERSE}
    getattr(dns_server, way).update(names)
    found = look()
    asked = {*SetupLine} - {SetupLine.TLS, SetupLine.CLOCK, SetupLine.POLICY}
    assert {line: found[line].state for line in asked} == dict.fromkeys(asked, FindingState.UNKNOWN)
    assert not stopping(found.values())


def test_one_silent_name_does_not_hide_a_fault(look: Look, dns_server: DnsServer) -> None:
    dns_server.silent.add(BOUNCES)
    dns_server.remove("_dmarc.parti.example", "TXT")
    assert {each.line for each in stopping(look().values())} == {SetupLine.DMARC}
