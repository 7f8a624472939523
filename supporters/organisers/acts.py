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
    PEOPLE_SEARCHED = "person.searched"
    PERSON_OPENED = "person.opened"
    LOOKUPS_EXTENDED = "person.lookups_extended"
    PERSON_STOPPED = "person.stopped"
    STOP_UNDONE = "person.stop_undone"
    PERSON_CORRECTED = "person.corrected"
    PERSON_RESTRICTED = "person.restricted"
    RESTRICTION_LIFTED = "person.restriction_lifted"
    PERSON_ERASED = "person.erased"
    EVIDENCE_DISCLOSED = "person.evidence_disclosed"
