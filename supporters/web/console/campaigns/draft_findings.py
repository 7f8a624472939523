"""The findings of a draft for its editor, as JSON: faults, doubts, weight and sender."""

from collections.abc import Iterator
from typing import Any

from supporters.campaigns.content_checks import (
    find_preheader_faults,
    find_subject_faults,
    find_text_faults,
)
from supporters.campaigns.content_doubts import Doubt
from supporters.campaigns.links.link_checks import list_waiting
from supporters.campaigns.merge_fields import Fault, FaultKind, field_for
from supporters.campaigns.models import Campaign
from supporters.delivery.message.message_weight import list_doubts, weigh
from supporters.lists.list_sender import sender_of
from supporters.lists.queries import get_list
from supporters.web.console.error_messages import explain_doubt, explain_fault, explain_subject

Json = dict[str, Any]


def list_findings(campaign: Campaign) -> Json:
    """Return what the server found in a draft. A save tells its faults alone: the rest costs more.

    `waiting` is the number of links that a worker will ask.
    """
    weight = weigh(campaign)
    return {
        "faults": [*list_faults(campaign)],
        "doubts": [*map(_describe_doubt, list_doubts(campaign, weight))],
        "weight": weight,
        "waiting": len(list_waiting(campaign)),
        "sender": sender_of(get_list(campaign.mailing_list_id)).name,
    }


def list_faults(campaign: Campaign) -> Iterator[Json]:
    """Yield the mistakes of a draft: of its fields, then of its blocks."""
    for fault in find_subject_faults(campaign.subject):
        yield _describe(fault, explain_subject(fault), field="subject")
    for fault in find_preheader_faults(campaign.preheader):
        yield _describe(fault, explain_fault(fault), field="preheader")
    for fault in find_text_faults(campaign):
        yield _describe(fault, explain_fault(fault), field="document")


def _describe_doubt(doubt: Doubt) -> Json:
    return {
        "block_id": doubt.block_id,
        "field": doubt.where,
        "kind": doubt.kind.name.lower(),
        "words": explain_doubt(doubt),
    }


def _describe(fault: Fault, words: str, *, field: str) -> Json:
    ours = field_for(fault.words) if fault.kind is FaultKind.FOREIGN_FIELD else None
    return {
        "block_id": fault.block_id,
        "field": field,
        "kind": fault.kind.name.lower(),
        "words": str(words),
        **({"foreign": fault.words, "ours": ours} if ours else {}),
    }
