"""Asks the DNS for the record of a DKIM key. An answer that doesn't come stops nothing."""

from collections.abc import Callable

from supporters.dns_lookups import Dns, DnsSilent
from supporters.extensions import current_settings
from supporters.mail.dkim.models import RecordState
from supporters.mail.dkim.rules import KeyRecord, judge_record

Lookup = Callable[[KeyRecord, str], RecordState]


def look_up_record(record: KeyRecord, public_key: str) -> RecordState:
    """Tell what stands in the DNS at the name of a key's record."""
    try:
        found = Dns(current_settings().setup.dns_server).texts(record.name)
    except DnsSilent:
        return RecordState.UNKNOWN
    return judge_record(found, public_key)
