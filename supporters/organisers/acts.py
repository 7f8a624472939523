"""The acts that the audit log records. A value is stored and sealed: it never changes."""

from enum import StrEnum


class Act(StrEnum):
    """An act. The part before the dot names what the object's id belongs to."""

    ACCOUNT_DISABLED = "account.disabled"
    ACCOUNT_ENABLED = "account.enabled"
    ACCOUNT_INVITED = "account.invited"
    ACCOUNT_ACCEPTED = "account.accepted"
    FACTORS_RESET = "account.factors_reset"
    APP_SET_UP = "account.app_set_up"
    APP_REMOVED = "account.app_removed"
    RECOVERY_CODES_MADE = "account.recovery_codes_made"
    RECOVERY_CODE_USED = "account.recovery_code_used"
    OPENID_LINKED = "account.openid_linked"
    RIGHT_GRANTED = "account.right_granted"
    RIGHT_REVOKED = "account.right_revoked"
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - an act
    PASSWORD_RESET_REQUESTED = "account.password_reset_requested"  # noqa: S105 - an act
    PASSWORD_RESET = "account.password_reset"  # noqa: S105 - an act
    PROFILE_CHANGED = "account.profile_changed"
    SIGNED_IN = "account.signed_in"
    SIGNED_OUT = "account.signed_out"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SESSION_ENDED = "account.session_ended"
    OTHER_SESSIONS_ENDED = "account.other_sessions_ended"
    RIGHT_REQUESTED = "account.right_requested"
    RIGHT_DECLINED = "account.right_declined"
    ROLE_CHANGED = "account.role_changed"
    LISTS_LIMITED = "account.lists_limited"
    INVITATION_REVOKED = "account.invitation_revoked"

    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    PASSKEY_RENAMED = "passkey.renamed"
    PASSKEY_SUSPECTED = "passkey.suspected"

    SESSION_CONFIRMED = "session.confirmed"
    SESSION_CODE_REFUSED = "session.code_refused"
    SESSION_PASSKEY_REFUSED = "session.passkey_refused"
    SESSION_OPENID_REFUSED = "session.openid_refused"

    ACCESS_FORBIDDEN = "access.forbidden"
    ACCESS_FORM_REFUSED = "access.form_refused"
    ACCESS_LIMITED = "access.limited"
    ACCESS_UNRECORDED = "access.unrecorded"

    LIST_CREATED = "list.created"
    LIST_OPENED = "list.opened"
    LIST_CLOSED = "list.closed"
    LIST_EXPORTED = "list.exported"

    PURPOSE_CREATED = "purpose.created"
    PURPOSE_REWORDED = "purpose.reworded"
    PURPOSE_SUCCEEDED = "purpose.succeeded"
    PURPOSE_OFFERED = "purpose.offered"
    PURPOSE_REMOVED = "purpose.removed_from_pages"
    RECONFIRMATION_STARTED = "purpose.reconfirmation_started"
    RECONFIRMATION_TESTED = "purpose.reconfirmation_tested"
    RECONFIRMATION_STOPPED = "purpose.reconfirmation_stopped"

    CAMPAIGN_CREATED = "campaign.created"
    CAMPAIGN_EDITED = "campaign.edited"
    CAMPAIGN_DELETED = "campaign.deleted"
    CAMPAIGN_TESTED = "campaign.tested"
    CAMPAIGN_LAUNCHED = "campaign.launched"
    CAMPAIGN_PAUSED = "campaign.paused"
    CAMPAIGN_RESUMED = "campaign.resumed"
    CAMPAIGN_CANCELLED = "campaign.cancelled"
    APPROVAL_ASKED = "campaign.approval_asked"
    APPROVAL_WITHDRAWN = "campaign.approval_withdrawn"
    APPROVAL_VOIDED = "campaign.approval_voided"
    CAMPAIGN_APPROVED = "campaign.approved"
    CAMPAIGN_REJECTED = "campaign.rejected"
    VERSION_KEPT = "campaign.version_kept"

    PICTURE_ADDED = "picture.added"
    PICTURE_DESCRIBED = "picture.described"
    PICTURE_DELETED = "picture.deleted"

    APPROVAL_RULE_CHANGED = "approval_rule.changed"

    SENDING_STOPPED = "sending.stopped"
    SENDING_RESUMED = "sending.resumed"
    SENDING_HELD = "sending.held"
    HOLD_LIFTED = "sending.hold_lifted"

    IMPORT_HELD = "import.held"
    IMPORT_UPLOADED = "import.uploaded"
    IMPORT_COLUMNS_CHOSEN = "import.columns_chosen"
    IMPORT_DECLARED = "import.declared"
    IMPORT_HANDED_OVER = "import.handed_over"
    IMPORT_APPROVED = "import.approved"
    IMPORT_RESUMED = "import.resumed"
    IMPORT_CANCELLED = "import.cancelled"

    PERSON_OPENED = "person.opened"
    PERSON_STOPPED = "person.stopped"
    PEOPLE_SEARCHED = "person.searched"
    LOOKUPS_EXTENDED = "person.lookups_extended"
    STOP_UNDONE = "person.stop_undone"
    PERSON_CORRECTED = "person.corrected"
    PERSON_RESTRICTED = "person.restricted"
    RESTRICTION_LIFTED = "person.restriction_lifted"
    PERSON_ERASED = "person.erased"
    EVIDENCE_DISCLOSED = "person.evidence_disclosed"

    CASE_OPENED = "case.opened"
    CASE_NOTED = "case.noted"
    CASE_EXTENDED = "case.extended"
    CASE_CLOSED = "case.closed"

    RETENTION_CHANGED = "retention.changed"
    RETENTION_RAN = "retention.ran"

    WITHDRAWALS_REPLAYED = "database.withdrawals_replayed"
    JOURNAL_REBUILT = "database.journal_rebuilt"

    AUDIT_DOWNLOADED = "audit.downloaded"
