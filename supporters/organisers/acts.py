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
    PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 - an act
    PASSWORD_RESET_REQUESTED = "account.password_reset_requested"  # noqa: S105 - an act
    PASSWORD_RESET = "account.password_reset"  # noqa: S105 - an act
    PROFILE_CHANGED = "account.profile_changed"
    SIGNED_IN = "account.signed_in"
    SIGNED_OUT = "account.signed_out"
    SIGN_IN_REFUSED = "account.sign_in_refused"
    SESSION_ENDED = "account.session_ended"
    OTHER_SESSIONS_ENDED = "account.other_sessions_ended"
