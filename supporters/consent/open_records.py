"""Which restorations and rules may have the key that everybody knows: a sealed list of old ones.

Later ones have a key of ours: write access to the database is not enough to make one (ADR 081).
"""

import json
from collections.abc import Callable

from supporters.consent.record_forms import RESTORED, describe_restoration, describe_rule
from supporters.consent.record_models import LogRule, Restoration
from supporters.people.address_hashes import find_data_key
from supporters.transparency_log.log_keys import restoration_key, rule_key
from supporters.transparency_log.log_records import OPEN_KEY, LogRecord
from supporters.transparency_log.queries import find_entry

OPEN_RECORDS = "log-open-records"


def describe_known_restoration(restoration: Restoration, commitment: bytes | None) -> LogRecord:
    """Return the record of a restoration, under the open key only if the sealed list has it."""
    return _describe(
        lambda key: describe_restoration(restoration, key=key), restoration_key(), commitment
    )


def describe_known_rule(rule: LogRule, commitment: bytes | None) -> LogRecord:
    """Return the record of a rule, under the open key only if the sealed list has it."""
    return _describe(lambda key: describe_rule(rule, key=key), rule_key(), commitment)


def is_old(restoration: Restoration) -> bool:
    """Tell whether a restoration is from before our key: the sealed list has it."""
    entry = find_entry(RESTORED, restoration.id)
    opened = describe_restoration(restoration, key=OPEN_KEY)
    return entry is not None and entry.commitment == opened.commitment and _is_listed(opened)


def _describe(
    describe: Callable[[bytes], LogRecord], key: bytes, commitment: bytes | None
) -> LogRecord:
    opened = describe(OPEN_KEY)
    return opened if opened.commitment == commitment and _is_listed(opened) else describe(key)


def _is_listed(record: LogRecord) -> bool:
    sealed = find_data_key(OPEN_RECORDS)
    listed = [] if sealed is None else json.loads(sealed)
    return [record.kind, record.id, record.commitment.hex()] in listed
