"""The doctor's line about the signature of our emails."""

from collections.abc import Iterator
from datetime import timedelta

from supporters import clock
from supporters.cli.machine_findings import DoctorFinding
from supporters.extensions import current_settings
from supporters.mail.dkim.models import DkimKey, KeyStatus, RecordState
from supporters.mail.dkim.rules import record_of
from supporters.mail.dkim.signing_keys import SigningKeyUnreadable, list_keys, open_key
from supporters.mail_signing.record_lookup import Lookup, look_up_record
from supporters.web.labels.dkim_labels import RECORD_STATES_IN_THE_SHELL

ABOUT = "DKIM"
OLD = timedelta(days=365)
SEVERITY = ("right", "look", "wrong")
OFF = (
    "We sign nothing, so the relay must. To sign here, make a key with flask dkim new, or in the "
    "console under Campaigns, Settings."
)


def look_at_dkim(look_up: Lookup = look_up_record) -> DoctorFinding:
    """Tell whether our emails are signed, how old the key is, and whether its record shows."""
    domain = current_settings().mail_domain
    keys = {key.status: key for key in list_keys()[::-1] if key.domain == domain}
    key = keys.get(KeyStatus.ACTIVE)
    if key is None and KeyStatus.WAITING in keys:
        words = f"Signs nothing yet: {_name(keys[KeyStatus.WAITING])} waits for its record."
        return DoctorFinding(ABOUT, "look", f"{words} See: flask dkim status")
    if key is None:
        return DoctorFinding(ABOUT, "look", OFF)
    return max(_judge(key, look_up), key=lambda found: SEVERITY.index(found.state))


def _judge(key: DkimKey, look_up: Lookup) -> Iterator[DoctorFinding]:
    age = clock.now() - (key.activated_at or key.created_at)
    words = f"{_name(key)} has signed for {age.days} days."
    state = look_up(record_of(key.domain, key.selector, key.public_key), key.public_key)
    shows = RECORD_STATES_IN_THE_SHELL[state]
    yield DoctorFinding(ABOUT, _seriousness(state), f"{words} {shows}")
    if age > OLD:
        how = f"{words} {shows} Rotate it with: flask dkim new"
        yield DoctorFinding(ABOUT, "look", how)
    try:
        open_key(key)
    except SigningKeyUnreadable:
        how = f"No secret key of this machine opens {_name(key)}: it can send nothing."
        yield DoctorFinding(ABOUT, "wrong", how)


def _seriousness(state: RecordState) -> str:
    match state:
        case RecordState.VISIBLE:
            return "right"
        case RecordState.UNKNOWN:
            return "look"
        case _:
            return "wrong"


def _name(key: DkimKey) -> str:
    return f"The key {key.selector} of {key.domain}"
