"""The document and the addresses that the editor of a draft opens with."""

from flask import url_for

from supporters.campaigns.document.blocks import Document
from supporters.campaigns.document.from_markdown import from_markdown
from supporters.campaigns.document.stored_document import read_stored, with_ids
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import other_language


def urls_of(campaign: Campaign) -> dict[str, str]:
    """Return the pages of a draft that the editor asks: for the text in its language."""
    campaign_id, other = campaign.id, other_language(campaign)
    return {
        "document": url_for("console.show_document", campaign_id=campaign_id, language=other),
        "edit": url_for("console.edit_campaign", campaign_id=campaign_id, language=other),
        "rescued": url_for("console.rescue_document", campaign_id=campaign_id, language=other),
        "preview": url_for("console.preview_html", campaign_id=campaign_id, language=other),
        "history": url_for("console.history", campaign_id=campaign_id, language=other),
        "findings": url_for("console.show_findings", campaign_id=campaign_id, language=other),
        "done": url_for("console.show_campaign", campaign_id=campaign_id),
        "test": url_for("console.decision", campaign_id=campaign_id),
        "send_test": url_for("console.test_campaign", campaign_id=campaign_id),
        "ask": url_for("console.decision", campaign_id=campaign_id),
        "comments": url_for("console.comments", campaign_id=campaign_id, part="list"),
        "presence": url_for("console.presence", campaign_id=campaign_id),
    }


def document_of(campaign: Campaign) -> Document | None:
    """Return the text of a draft as a document; None if it can't be one."""
    if campaign.document is not None:
        return read_stored(campaign.document)
    document = from_markdown(campaign.body)
    return None if document is None else with_ids(document)
