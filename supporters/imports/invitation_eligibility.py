"""Decides which rows may be invited: in the dry run, and again before invitations are stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select

from supporters import clock
from supporters.consent.eligibility import list_not_free
from supporters.consent.queries import list_suppressed
from supporters.consent.suppression import SIGNUP_MAIL, invitation_scopes
from supporters.database import db, transaction
from supporters.dialects import in_values, in_values_bytes, insert_many
from supporters.ids import new_id
from supporters.imports.import_files import delete_file
from supporters.imports.models import (
    ImportRefusal,
    ImportSeen,
    Invitation,
    InvitationStatus,
    ListImport,
    RejectionReason,
)
from supporters.imports.row_reader import ImportRow
from supporters.imports.rules import first_invitation_at
from supporters.imports.states import IMPORT_STATES, ImportMove
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list, list_purpose_ids, list_subscribed
from supporters.people.addresses import hash_many

SLICES_OF_SEEN = 32
FEW_SEEN = 5_000
HIGHEST = 1 << 63
Rejections = dict[int, RejectionReason]
COLUMNS = (
    *("id", "import_id", "approved_by_id", "status"),
    *("address", "address_mac", "given_name", "language"),
)


class HashedRow(NamedTuple):
    """A row with an address, and the keyed hash of the address."""

    candidate: ImportRow
    mac: bytes


def add_hashes(candidates: Sequence[ImportRow]) -> list[HashedRow]:
    """Return rows with the hashes of their addresses."""
    hashes = hash_many(each.address for each in candidates)
    return [HashedRow(each, mac) for each, mac in zip(candidates, hashes, strict=True)]


def find_rejections(
    many: Sequence[HashedRow], mailing_list: MailingList, now: datetime
) -> dict[bytes, RejectionReason]:
    """Return the reason for each address that may not be invited, by its hash."""
    macs = [each.mac for each in many]
    rejected = dict.fromkeys(list_not_invitable(many, mailing_list, now), RejectionReason.MAY_NOT)
    rejected |= dict.fromkeys(_list_invited(macs), RejectionReason.MAY_NOT)
    rejected |= dict.fromkeys(list_subscribed(mailing_list.id, macs), RejectionReason.ON_LIST)
    return rejected


def list_not_invitable(
    many: Sequence[HashedRow], mailing_list: MailingList, now: datetime
) -> set[bytes]:
    """Return the hashes that have a suppression, a restriction or a pause, or can't be reached."""
    scopes = invitation_scopes(list_purpose_ids(mailing_list.id))
    macs = [each.mac for each in many]
    suppressed = list_suppressed(macs, [*scopes, SIGNUP_MAIL], now)
    return suppressed | list_not_free(macs, now)


def _list_invited(macs: Sequence[bytes]) -> set[bytes]:
    found = db.session.scalars(
        select(Invitation.address_mac).where(in_values_bytes(Invitation.address_mac, macs))
    )
    return set(found)


def check_batch(
    list_import: ListImport, hashed: Sequence[HashedRow], rejected: Mapping[int, RejectionReason]
) -> None:
    """Count some rows, and store the rejected ones with their reasons."""
    now = clock.now()
    rejections = {**rejected, **_reject_known(list_import, hashed, now)}
    if rejections:
        rows = [(list_import.id, line, reason.value) for line, reason in sorted(rejections.items())]
        insert_many(ImportRefusal.__tablename__, ("import_id", "line", "reason"), rows)
    list_import.rows += len(hashed) + len(rejected)
    list_import.fitting += len(hashed) + len(rejected) - len(rejections)
    counted = Counter(list_import.refusals)
    counted.update(reason.value for reason in rejections.values())
    list_import.refusals = dict(counted)


def end_dry_run(list_import: ListImport) -> None:
    """End the dry run."""
    IMPORT_STATES.transition(list_import, ImportMove.END_DRY_RUN)
    list_import.checked_at = clock.now()
    list_import.offset = list_import.line = 0


def delete_seen_addresses(import_id: int, *, few: int = FEW_SEEN) -> None:
    """Delete the addresses that the dry run saw: a few at once, many in small batches.

    Small batches keep write locks short.
    """
    of_import = select(ImportSeen.fingerprint).where(ImportSeen.import_id == import_id)
    has_many = db.session.scalar(of_import.offset(few).limit(1)) is not None
    slices = SLICES_OF_SEEN if has_many else 1
    width = 2 * HIGHEST // slices
    for number in range(slices):
        first = number * width - HIGHEST
        with transaction():
            db.session.execute(
                delete(ImportSeen).where(
                    ImportSeen.import_id == import_id,
                    ImportSeen.fingerprint.between(first, first + width - 1),
                )
            )


def _reject_known(
    list_import: ListImport, hashed: Sequence[HashedRow], now: datetime
) -> Rejections:
    if not hashed:
        return {}
    first = {fingerprint(each.mac): each for each in reversed(hashed)}
    before = _list_seen(list_import.id, [*first])
    new = [(list_import.id, each) for each in sorted(first.keys() - before)]
    insert_many(ImportSeen.__tablename__, ("import_id", "fingerprint"), new)
    known = find_rejections(hashed, get_list(list_import.mailing_list_id), now)
    rejections = {}
    for each in hashed:
        key = fingerprint(each.mac)
        if key in before or first[key] is not each:
            rejections[each.candidate.line] = RejectionReason.TWICE
        elif each.mac in known:
            rejections[each.candidate.line] = known[each.mac]
    return rejections


def _list_seen(import_id: int, fingerprints: Sequence[int]) -> set[int]:
    found = db.session.scalars(
        select(ImportSeen.fingerprint).where(
            ImportSeen.import_id == import_id, in_values(ImportSeen.fingerprint, fingerprints)
        )
    )
    return set(found)


def fingerprint(mac: bytes) -> int:
    """Return the first 8 bytes of a hash as a number that both databases can hold."""
    return int.from_bytes(mac[:8], signed=True)


def invite_batch(
    list_import: ListImport, hashed: Sequence[HashedRow], _rejected: Mapping[int, RejectionReason]
) -> None:
    """Store an invitation for each row whose address may be invited, up to the limit."""
    limit = list_import.most_invited
    room = len(hashed) if limit is None else max(0, limit - list_import.invited)
    if not hashed or not room:
        return
    now = clock.now()
    rejected = find_rejections(hashed, get_list(list_import.mailing_list_id), now)
    once = {each.mac: each for each in reversed(hashed) if each.mac not in rejected}
    fitting = [*reversed(once.values())][:room]
    first_id = max(new_id(now), 1 + (db.session.scalar(select(func.max(Invitation.id))) or 0))
    owner = (list_import.id, list_import.approved_by_id, InvitationStatus.WAITING.value)
    insert_many(
        Invitation.__tablename__,
        COLUMNS,
        [
            (row_id, *owner, candidate.address.text, mac, candidate.given_name, candidate.language)
            for row_id, (candidate, mac) in enumerate(fitting, start=first_id)
        ],
    )
    list_import.invited += len(fitting)


def start_sending(list_import: ListImport) -> None:
    """Start the sending after the waiting time, and count the people who get no invitation.

    The file isn't needed any more.
    """
    IMPORT_STATES.transition(list_import, ImportMove.START_SENDING)
    delete_file(list_import)
    now = clock.now()
    list_import.asking_since = first_invitation_at(list_import.approved_at or now, now)
    list_import.skipped = list_import.fitting - list_import.invited
