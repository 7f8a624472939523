"""The frozen versions of campaigns: their reads, their ends, and the check of their bytes.

A version is intact if its content has its hash, and if the audit log has this hash. The audit log
is sealed, so that nobody can change both in the database alone.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import Select, select

from supporters import clock
from supporters.audit_log.audit_events import Act, AuditEvent
from supporters.campaigns.acts import CampaignAct
from supporters.campaigns.history.saved_texts import mark_frozen
from supporters.campaigns.models import Campaign, CampaignTest, CampaignVersion, VersionEnd
from supporters.campaigns.other_languages.queries import list_other_texts
from supporters.campaigns.pictures.picture_uses import freeze_pictures
from supporters.campaigns.states import CAMPAIGN_STATES, CampaignMove, has_ledger, is_frozen
from supporters.database import db, in_transaction
from supporters.ids import new_id

SENT_BY = (CampaignAct.LAUNCHED,)
MOST_SHOWN = 200  # tests of one campaign
HASH = "version"  # the name of the hash in the details of an act
MOVES = {
    VersionEnd.REJECTED: CampaignMove.REJECT,
    VersionEnd.WITHDRAWN: CampaignMove.WITHDRAW,
    VersionEnd.CHANGED: CampaignMove.VOID,
    VersionEnd.RESTORED: CampaignMove.VOID,
}


class VersionAltered(Exception):
    """The stored bytes of a version aren't those that were approved or launched."""


def hash_of(content: str) -> str:
    """Return the SHA-256 of canonical JSON, in hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


def find_newest_version(campaign_id: int) -> CampaignVersion | None:
    """Return the newest version of a campaign, whatever became of it."""
    return db.session.scalar(
        select(CampaignVersion)
        .where(CampaignVersion.campaign_id == campaign_id)
        .order_by(CampaignVersion.number.desc())
        .limit(1)
    )


def find_current_version(campaign: Campaign) -> CampaignVersion | None:
    """Return the version that a campaign is frozen in or was launched with."""
    if is_frozen(campaign.status) or has_ledger(campaign.status):
        return find_newest_version(campaign.id)
    return None


def get_current_version(campaign: Campaign) -> CampaignVersion:
    """Return the version of a frozen campaign. Raises VersionAltered if there is none."""
    version = find_current_version(campaign)
    if version is None:
        raise VersionAltered(f"Campaign {campaign.id} has no version.")
    return version


def count_approved(campaign_ids: Collection[int]) -> Mapping[int, int]:
    """Return for how many people the newest version of each campaign was approved."""
    rows = db.session.execute(
        select(CampaignVersion.campaign_id, CampaignVersion.approved_audience)
        .where(CampaignVersion.campaign_id.in_(campaign_ids))
        .order_by(CampaignVersion.number)
    )
    return {campaign_id: people for campaign_id, people in rows if people is not None}


def list_versions(campaign_id: int) -> Sequence[CampaignVersion]:
    """Return the versions of a campaign, newest first."""
    return db.session.scalars(
        select(CampaignVersion)
        .where(CampaignVersion.campaign_id == campaign_id)
        .order_by(CampaignVersion.number.desc())
    ).all()


@in_transaction
def add_version(campaign: Campaign, content: str, asked_by: int | None) -> CampaignVersion:
    """Store a version of a locked campaign."""
    now = clock.now()
    newest = find_newest_version(campaign.id)
    version = CampaignVersion(
        id=new_id(now),
        campaign_id=campaign.id,
        number=1 if newest is None else newest.number + 1,
        hash=hash_of(content),
        content=content,
        asked_by=asked_by,
        asked_at=now,
    )
    db.session.add(version)
    freeze_pictures(campaign.id, version.number)
    mark_frozen(campaign, version.number)
    return version


@in_transaction
def clear_hour(campaign: Campaign) -> None:
    """Let a locked campaign leave at no hour any more, and forget why it was held."""
    campaign.send_at = campaign.scheduled_at = None
    campaign.scheduled_by = campaign.scheduled_purpose_id = None
    campaign.problem = campaign.problem_at = None


@in_transaction
def end_version(
    campaign: Campaign,
    because: VersionEnd,
    by_id: int | None,
    *,
    remarks: str | None = None,
    move: CampaignMove | None = None,
) -> CampaignVersion:
    """Make a frozen campaign a draft again; its version can't be launched any more."""
    version = get_current_version(campaign)
    CAMPAIGN_STATES.transition(campaign, move or MOVES[because])
    clear_hour(campaign)
    version.ended_at, version.ended_because = clock.now(), because
    version.ended_by, version.remarks = by_id, remarks
    return version


def list_tests(campaign_id: int, version_hash: str) -> Sequence[CampaignTest]:
    """Return the tests that showed exactly this message, newest first."""
    return db.session.scalars(
        select(CampaignTest)
        .where(CampaignTest.campaign_id == campaign_id, CampaignTest.hash == version_hash)
        .order_by(CampaignTest.id.desc())
    ).all()


def list_all_tests(campaign_id: int) -> Sequence[CampaignTest]:
    """Return the newest tests of a campaign, also of earlier texts, newest first."""
    return db.session.scalars(
        select(CampaignTest)
        .where(CampaignTest.campaign_id == campaign_id)
        .order_by(CampaignTest.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def is_tested(campaign_id: int, version_hash: str) -> bool:
    """Tell whether anybody got a test of exactly this message, in each of its languages."""
    return not list_untested(campaign_id, version_hash)


def list_untested(campaign_id: int, version_hash: str) -> list[str | None]:
    """Return the languages of this message in which nobody got a test; None is the first one."""
    tested = {
        *db.session.scalars(
            select(CampaignTest.language)
            .where(CampaignTest.campaign_id == campaign_id, CampaignTest.hash == version_hash)
            .distinct()
        )
    }
    languages = [None, *(each.language for each in list_other_texts(campaign_id))]
    return [each for each in languages if each not in tested]


def list_recorded_hashes(campaign_id: int, *acts: Act) -> list[str]:
    """Return the hashes that the audit log has for these acts on a campaign."""
    details = db.session.scalars(
        _select_acts(*acts)
        .where(AuditEvent.object_id == campaign_id)
        .with_only_columns(AuditEvent.details)
    )
    return [_hash_in(each) for each in details]


def check_version(version: CampaignVersion, *acts: Act) -> None:
    """Check that a version is intact, by one of these acts. Raises VersionAltered."""
    recorded = list_recorded_hashes(version.campaign_id, *acts)
    if fault := _find_fault(version, is_recorded=version.hash in recorded):
        raise VersionAltered(fault)


def list_altered_versions() -> Iterator[tuple[int, str]]:
    """Yield the id of each altered version that was approved or launched, and what is wrong."""
    acts = db.session.scalars(_select_acts(CampaignAct.APPROVED, *SENT_BY))
    recorded = {(each.object_id, _hash_in(each.details)) for each in acts}
    versions = db.session.scalars(
        select(CampaignVersion)
        .where(CampaignVersion.approved_at.is_not(None))
        .order_by(CampaignVersion.id)
        .execution_options(yield_per=100)
    )
    for version in versions:
        is_recorded = (version.campaign_id, version.hash) in recorded
        if fault := _find_fault(version, is_recorded=is_recorded):
            yield version.id, fault


def _select_acts(*acts: Act) -> Select[AuditEvent]:
    return select(AuditEvent).where(AuditEvent.act.in_([act.value for act in acts]))


def _hash_in(details: str) -> str:
    return str(json.loads(details).get(HASH))


def _find_fault(version: CampaignVersion, *, is_recorded: bool) -> str:
    """Return what is wrong with a version, or an empty text."""
    if hash_of(version.content) != version.hash:
        return f"The bytes of version {version.id} don't have its hash."
    return "" if is_recorded else f"The audit log doesn't have the hash of version {version.id}."


def find_version_read_before(version: CampaignVersion, account_id: int) -> CampaignVersion | None:
    """Return the earlier version that an account dealt with last, else the one before.

    An account dealt with a version if it asked for its approval, decided about it, or got a test.
    """
    earlier = [each for each in list_versions(version.campaign_id) if each.number < version.number]
    tested = set(
        db.session.scalars(
            select(CampaignTest.hash).where(
                CampaignTest.campaign_id == version.campaign_id,
                CampaignTest.organiser_id == account_id,
            )
        )
    )
    known = (
        each
        for each in earlier
        if account_id in {each.asked_by, each.approved_by, each.ended_by} or each.hash in tested
    )
    return next(known, next(iter(earlier), None))
