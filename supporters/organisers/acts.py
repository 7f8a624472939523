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
    PASSKEY_ADDED = "passkey.added"
    PASSKEY_REMOVED = "passkey.removed"
    PASSKEY_RENAMED = "passkey.renamed"
    PASSKEY_SUSPECTED = "passkey.suspected"
    SESSION_CONFIRMED = "session.confirmed"
    SESSION_CODE_REFUSED = "session.code_refused"
    SESSION_PASSKEY_REFUSED = "session.passkey_refused"
    SESSION_OPENID_REFUSED = "session.openid_refused"
    IMPORT_HELD = "import.held"
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
