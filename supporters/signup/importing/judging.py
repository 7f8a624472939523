"""Looks up for many rows at once whether their addresses may be asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from supporters.consent.eligibility import list_asleep
from supporters.consent.queries import list_suppressed
from supporters.consent.suppressing import SIGNUP_LETTERS, invitation_scopes
from supporters.database import db
from supporters.dialects import is_one_of_keys
from supporters.lists.models import MailingList
from supporters.lists.queries import list_purpose_ids, list_subscribed
from supporters.people.keys import hash_many
from supporters.signup.importing.models import Invitation, Reason
from supporters.signup.importing.reading import Candidate


class Asked(NamedTuple):
    """Somebody who might be asked, with the hashes that their address is known by."""

    candidate: Candidate
    mac: bytes
    former_mac: bytes


def with_hashes(candidates: Sequence[Candidate]) -> list[Asked]:
    """Return candidates with the hashes of their addresses."""
    hashes = hash_many(each.address for each in candidates)
    return [Asked(each, *pair) for each, pair in zip(candidates, hashes, strict=True)]


def find_refused(
    many: Sequence[Asked], mailing_list: MailingList, now: datetime
) -> dict[bytes, Reason]:
    """Return the reason for each address that may not be asked, by its hash."""
    macs = [each.mac for each in many]
    refused = dict.fromkeys(list_kept_away(many, mailing_list, now), Reason.MAY_NOT)
    refused |= dict.fromkeys(_list_invited(macs), Reason.MAY_NOT)
    refused |= dict.fromkeys(list_subscribed(mailing_list.id, macs), Reason.ON_LIST)
    return refused


def list_kept_away(many: Sequence[Asked], mailing_list: MailingList, now: datetime) -> set[bytes]:
    """Return the hashes of those whom a suppression, a freeze or a pause keeps letters from."""
    scopes = invitation_scopes(list_purpose_ids(mailing_list.id))
    macs = [each.mac for each in many]
    kept_away = list_suppressed(macs, scopes, now) | list_asleep(macs, now)
    both = [mac for each in many for mac in (each.mac, each.former_mac)]
    shielded = list_suppressed(both, [SIGNUP_LETTERS], now)
    return kept_away | {each.mac for each in many if shielded & {each.mac, each.former_mac}}


def _list_invited(macs: Sequence[bytes]) -> set[bytes]:
    found = db.session.scalars(
        select(Invitation.address_mac).where(is_one_of_keys(Invitation.address_mac, macs))
    )
    return set(found)
