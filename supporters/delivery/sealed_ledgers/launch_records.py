"""Seals what a campaign was launched with: its message, its lists, its audience, its approval."""

import json
from datetime import datetime
from typing import Any

from supporters.campaigns.approval_rule import find_alone_limit
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.versions import hash_of
from supporters.database import in_transaction
from supporters.transparency_log.models import FactKind
from supporters.transparency_log.sealed_facts import seal_fact

OF_A_TEXT = ("language", "source", "subject", "text", "html", "leave_url")
WHOLE_LISTS = "none"


@in_transaction
def seal_launch(campaign: Campaign, version: CampaignVersion, now: datetime) -> None:
    """Seal what a campaign is launched with, in the transaction of its launch."""
    content = {**describe_launch(campaign, version), **_describe_approval(version)}
    seal_fact(FactKind.LAUNCHED, content, now, about_id=campaign.id)


def describe_launch(campaign: Campaign, version: CampaignVersion) -> dict[str, Any]:
    """Return what a launched campaign must stay. Nothing chooses among the people of its lists.

    A follow-up is for people whom an earlier campaign of these lists reached, or didn't reach.
    """
    return {
        "version": version.hash,
        "messages": hash_messages(version.content),
        "lists": [[each.mailing_list_id, each.purpose_id] for each in campaign.choices],
        "audience": campaign.audience,
        "selection": json.loads(version.content).get("followed", WHOLE_LISTS),
    }


def hash_messages(content: str) -> dict[str, str]:
    """Return the SHA-256 of the message in each language of a frozen version."""
    parts = json.loads(content)
    texts = [parts, *parts.get("others", ())]
    return {each["language"]: hash_of(_write_text(each)) for each in texts}


def _write_text(parts: dict[str, Any]) -> str:
    text = {name: parts[name] for name in OF_A_TEXT}
    return json.dumps(text, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _describe_approval(version: CampaignVersion) -> dict[str, Any]:
    is_alone = version.approved_by == version.asked_by
    return {
        "approval": {
            "asked_by": version.asked_by,
            "approved_by": version.approved_by,
            "rule": "alone" if is_alone else "second-person",
            "alone_up_to": find_alone_limit().people,
        }
    }
