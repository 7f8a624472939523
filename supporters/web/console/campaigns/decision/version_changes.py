"""The changes between two versions of a campaign, for a person who read the earlier one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from flask_login import current_user

from supporters.campaigns.models import CampaignVersion
from supporters.campaigns.text_differences import compare_texts, has_changes
from supporters.campaigns.versions import find_version_read_before, list_versions
from supporters.delivery.message.frozen_campaign import FrozenCampaign, FrozenSource, read_frozen
from supporters.languages import LANGUAGES
from supporters.web.console.console_blueprint import name_of_author

NO_SOURCE = FrozenSource(subject="", preheader="", body="")


@dataclass(frozen=True)
class VersionChanges:
    """The version that was read before, and the fields that differ: each name with its pieces."""

    before: CampaignVersion
    fields: Sequence[tuple[str, object]]


@dataclass(frozen=True)
class EndedVersion:
    """An earlier version, and who ended it."""

    version: CampaignVersion
    by: str


def find_changes(
    current: CampaignVersion | None, ended: Sequence[EndedVersion], frozen: FrozenCampaign
) -> VersionChanges | None:
    """Return what changed since this account read it, or since approval was asked for before."""
    before = (
        find_version_read_before(current, current_user.id)
        if current
        else next((each.version for each in ended), None)
    )
    if before is None:
        return None
    old = read_frozen(before.content)
    pairs: list[tuple[str, str, str]] = [
        (gettext("From"), old.sender.name, frozen.sender.name),
        (gettext("Answers to"), old.sender.reply_to, frozen.sender.reply_to),
        *_pair_texts(old, frozen),
    ]
    compared = ((words, compare_texts(*texts)) for words, *texts in pairs)
    return VersionChanges(before, [each for each in compared if has_changes(each[1])])


def _pair_texts(old: FrozenCampaign, new: FrozenCampaign) -> Iterator[tuple[str, str, str]]:
    """Yield the names and texts to compare, in each language that either version has."""
    before, now = ({each.language: each.source for each in it.in_languages} for it in (old, new))
    if not old.others and not new.others:  # their language may be another one
        before, now = {new.language: old.source}, {new.language: new.source}
    languages = list(dict.fromkeys((*now, *before)))
    for each in languages:
        of = f" – {LANGUAGES[each]}" if len(languages) > 1 else ""
        one, other = before.get(each, NO_SOURCE), now.get(each, NO_SOURCE)
        yield gettext("Subject") + of, one.subject, other.subject
        yield gettext("First words in the inbox") + of, one.preheader, other.preheader
        yield gettext("Message") + of, one.body, other.body


def list_ended(campaign_id: int) -> list[EndedVersion]:
    """Return the earlier versions of a campaign, newest first, with their ends."""
    return [
        EndedVersion(each, name_of_author(each.ended_by))
        for each in list_versions(campaign_id)
        if each.ended_at is not None
    ]
