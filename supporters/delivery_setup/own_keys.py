"""Our own DKIM keys, as the check of the set-up looks for them in the DNS."""

from supporters.delivery_setup.dkim_check import PublishedKey
from supporters.mail.dkim.models import KeyStatus
from supporters.mail.dkim.rules import record_of
from supporters.mail.dkim.signing_keys import list_keys


def list_own_keys() -> list[PublishedKey]:
    """Return all keys of ours: the records of those that sign must stand in the DNS.

    The first key of all signs once its record does.
    """
    keys = list_keys()
    has_active = any(each.status is KeyStatus.ACTIVE for each in keys)
    signing = KeyStatus.ACTIVE if has_active else KeyStatus.WAITING
    return [
        PublishedKey(
            key.domain,
            key.selector,
            record_of(key.domain, key.selector, key.public_key).value,
            signs=key.status is signing,
        )
        for key in keys
    ]
