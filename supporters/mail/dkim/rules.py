"""The record of a DKIM key in the DNS, and how long it must stay there (RFC 6376 section 3.6)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from supporters.mail.dkim.models import KeyStatus, RecordState

RECORD_STAYS = timedelta(days=7)  # emails wait in queues for five days, and are verified late
LONGEST_STRING = 255  # octets of a string in a TXT record (RFC 1035 section 3.3)
LETTERS = "bcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class KeyRecord:
    """The TXT record of a key: its name, and its value on one line."""

    name: str
    value: str

    @property
    def strings(self) -> list[str]:
        """The value in the strings that a zone file needs: a reader joins them."""
        starts = range(0, len(self.value), LONGEST_STRING)
        return [self.value[start : start + LONGEST_STRING] for start in starts]

    @property
    def zone_line(self) -> str:
        """The line of a zone file."""
        strings = " ".join(f'"{each}"' for each in self.strings)
        return f"{self.name}. IN TXT ( {strings} )"


def record_of(domain: str, selector: str, public_key: str) -> KeyRecord:
    """Return the record of a key."""
    return KeyRecord(f"{selector}._domainkey.{domain}", f"v=DKIM1; k=rsa; p={public_key}")


def choose_selector(now: datetime, taken: Collection[str]) -> str:
    """Return a selector that no key of the domain had: the day, and a letter if needed."""
    return next(each for each in _list_selectors(now) if each not in taken)


def _list_selectors(now: datetime) -> Iterator[str]:
    day = f"s{now:%Y%m%d}"
    yield day
    yield from (f"{day}{letter}" for letter in LETTERS)
    yield f"s{now:%Y%m%d%H%M%S%f}"


def judge_record(found: Sequence[str], public_key: str) -> RecordState:
    """Compare the records that stand at the name of a key with the one that it needs."""
    if not found:
        return RecordState.ABSENT
    is_ours = len(found) == 1 and _holds(found[0], public_key)
    return RecordState.VISIBLE if is_ours else RecordState.DIFFERENT


def _holds(value: str, public_key: str) -> bool:
    """Tell whether a verifier finds this key in a record."""
    tags = read_tags(value)
    is_dkim = tags.get("v", "DKIM1") == "DKIM1" and tags.get("k", "rsa") == "rsa"
    is_used = suits_emails(tags) and not is_in_test(tags)
    return is_dkim and is_used and "".join(tags.get("p", "").split()) == public_key


def read_tags(text: str) -> dict[str, str]:
    """Return the tags of a key's record or a signature (RFC 6376 section 3.2).

    Names are case-sensitive, and one that stands twice voids all of them.
    """
    pairs = [each.partition("=") for each in text.split(";") if "=" in each]
    tags = {name.strip(): value.strip() for name, _, value in pairs}
    return tags if len(tags) == len(pairs) else {}


def suits_emails(tags: Mapping[str, str]) -> bool:
    """Tell whether a record allows signatures of emails, made with SHA-256."""
    is_for_emails = bool({"*", "email"} & _read_list(tags.get("s", "*")))
    return is_for_emails and "sha256" in _read_list(tags.get("h", "sha256"))


def is_in_test(tags: Mapping[str, str]) -> bool:
    """Tell whether receivers treat what a key signed as unsigned."""
    return "y" in _read_list(tags.get("t", ""))


def _read_list(value: str) -> set[str]:
    return {each.strip().lower() for each in value.split(":")}


def retires_on(status: KeyStatus, ended_at: datetime | None, now: datetime) -> datetime | None:
    """Return when a key may retire without a reason; None while it signs."""
    match status:
        case KeyStatus.ACTIVE:
            return None
        case KeyStatus.REPLACED if ended_at is not None:
            return ended_at + RECORD_STAYS
        case _:
            return now
