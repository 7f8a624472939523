"""The acts that the audit log records. A value is stored and sealed: it never changes."""

from enum import StrEnum


class Act(StrEnum):
    """An act. The part before the dot names what the object's id belongs to."""

    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_ACCEPTED = "account.accepted"
    IMPORT_HELD = "import.held"
    RIGHT_GRANTED = "account.right_granted"
    RIGHT_REVOKED = "account.right_revoked"
