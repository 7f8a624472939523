"""Asks the DNS for the record of a DKIM key. An answer that doesn't come stops nothing."""

from collections.abc import Callable

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from supporters.extensions import current_settings
from supporters.mail.dkim.models import RecordState
from supporters.mail.dkim.rules import DnsRecord, judge_record

SECONDS = 4.0
Lookup = Callable[[DnsRecord, str], RecordState]


def look_up_record(record: DnsRecord, public_key: str) -> RecordState:
    """Tell what stands in the DNS at the name of a key's record."""
    try:
        answer = _resolver().resolve(f"{record.name}.", "TXT", search=False, lifetime=SECONDS)
    except (NXDOMAIN, NoAnswer):
        return RecordState.ABSENT
    except (DNSException, OSError):
        return RecordState.UNKNOWN
    found = [b"".join(each.strings).decode("ascii", "replace") for each in answer]
    return judge_record(found, public_key)


def _resolver() -> Resolver:
    """Return the resolver of the settings, or the one of this machine."""
    server = current_settings().dns_server
    if server is None:
        return Resolver()
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [server.host], server.port
    return resolver
