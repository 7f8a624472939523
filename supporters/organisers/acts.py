"""The acts that the audit log records. A value is stored and sealed: it never changes."""

from enum import StrEnum


class Act(StrEnum):
    """An act. The part before the dot names what the object's id belongs to."""

    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_ACCEPTED = "account.accepted"
    RIGHT_GRANTED = "account.right_granted"
    RIGHT_REVOKED = "account.right_revoked"
    APPROVAL_ASKED = "campaign.approval_asked"
    APPROVAL_WITHDRAWN = "campaign.approval_withdrawn"
    APPROVAL_VOIDED = "campaign.approval_voided"
    CAMPAIGN_APPROVED = "campaign.approved"
    CAMPAIGN_REJECTED = "campaign.rejected"
    CAMPAIGN_LAUNCHED = "campaign.launched"
    VERSION_KEPT = "campaign.version_kept"
    APPROVAL_RULE_CHANGED = "approval_rule.changed"
