"""Freezes a campaign into a version, and gives workers, previews and tests what was frozen."""

from dataclasses import replace

from supporters.campaigns.content_checks import find_campaign_faults
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.campaigns.queries import find_campaign
from supporters.campaigns.versions import (
    SENT_BY,
    VersionAltered,
    add_version,
    check_version,
    find_current_version,
    hash_of,
)
from supporters.database import in_transaction
from supporters.delivery.after_sending.queries import name_followed
from supporters.delivery.message.frozen_campaign import (
    FrozenCampaign,
    freeze_campaign,
    read_frozen,
    source_of,
)
from supporters.lists.models import MailingList
from supporters.lists.queries import get_list


@in_transaction
def freeze_version(campaign: Campaign, asked_by: int | None) -> CampaignVersion:
    """Render a locked campaign without faults, and store it as a version."""
    frozen = freeze_draft(campaign, get_list(campaign.mailing_list_id))
    return add_version(campaign, frozen.serialise(), asked_by)


def freeze_draft(campaign: Campaign, mailing_list: MailingList) -> FrozenCampaign:
    """Render a draft in all its languages, for the people that it is for now."""
    followed = name_followed(campaign)
    first, *others = (
        freeze_campaign(each, mailing_list, followed=followed)
        for each in list_in_languages(campaign)
    )
    return replace(first, others=tuple(others))


def find_fingerprint(campaign: Campaign, mailing_list: MailingList) -> str | None:
    """Return the hash of a campaign's version, or of the version that its draft would make now.

    It is None while the draft has faults and can't be sent.
    """
    version = find_current_version(campaign)
    if version is not None:
        return version.hash
    if find_campaign_faults(campaign):
        return None
    return hash_of(freeze_draft(campaign, mailing_list).serialise())


def read_campaign(campaign: Campaign) -> FrozenCampaign:
    """Return a campaign as it is frozen, or as a draft would be frozen now."""
    version = find_current_version(campaign)
    if version is not None:
        return read_frozen(version.content)
    return freeze_draft(campaign, get_list(campaign.mailing_list_id))


def is_as_frozen(campaign: Campaign, version: CampaignVersion) -> bool:
    """Tell whether the rows of a campaign still have the texts and the people of a version."""
    frozen = read_frozen(version.content)
    return (
        frozen.campaign_id == campaign.id
        and frozen.list_id == campaign.mailing_list_id
        and frozen.purpose_id == campaign.purpose_id
        and _has_lists_of(frozen, campaign)
        and frozen.followed == name_followed(campaign)
        and [(each.language, each.source) for each in frozen.in_languages]
        == [(each.language, source_of(each)) for each in list_in_languages(campaign)]
    )


def _has_lists_of(frozen: FrozenCampaign, campaign: Campaign) -> bool:
    return [(each.id, each.purpose) for each in frozen.lists] == [*campaign.choices]


@in_transaction
def get_frozen_to_send(campaign_id: int) -> FrozenCampaign:
    """Return what the emails of a launched campaign are made of. Raises VersionAltered.

    The ledger takes only people of the lists that the campaign has, so these must be the same.
    """
    campaign = find_campaign(campaign_id)
    if campaign is None:
        message = f"There is no campaign {campaign_id}."
        raise VersionAltered(message)
    version = find_current_version(campaign)
    if version is None:
        message = f"The version of campaign {campaign_id} is missing."
        raise VersionAltered(message)
    check_version(version, *SENT_BY)
    frozen = read_frozen(version.content)
    if not _has_lists_of(frozen, campaign):
        message = f"The lists of campaign {campaign_id} aren't those of its version."
        raise VersionAltered(message)
    return frozen
