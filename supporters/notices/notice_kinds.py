"""The kinds of notices about security, and the form of their texts."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel.speaklater import LazyString


class Notice(StrEnum):
    """The subject of a notice about security."""

    EXPORT_GRANTED = "export_granted"
    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the key of a text
    RESETS = "resets"
    OWNER_RESET = "owner_reset"
    GUESSES = "guesses"
    MANY_GUESSES = "many_guesses"
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    PASSKEY_COPIED = "passkey_copied"
    APP_SET_UP = "app_set_up"
    APP_REMOVED = "app_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    FACTORS_RESET = "factors_reset"
    FACTORS_RESET_REPORT = "factors_reset_report"
    IMPORT_WAITS = "import_waits"
    IMPORT_APPROVED = "import_approved"
    IMPORT_REJECTED = "import_rejected"
    IMPORT_RARELY_ACCEPTED = "import_rarely_accepted"
    IMPORT_DECLINED = "import_declined"
    APPROVAL_GRANTED = "approval_granted"
    OWNER_GRANTED = "owner_granted"
    EXPORT_REQUESTED = "export_requested"
    APPROVAL_REQUESTED = "approval_requested"
    OWNER_REQUESTED = "owner_requested"
    REQUEST_DECLINED = "request_declined"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    LOOKUPS_EXTENDED = "lookups_extended"
    MANY_ACTS_ON_BEHALF = "many_acts_on_behalf"
    STOP_UNDONE = "stop_undone"
    EVIDENCE_DISCLOSED = "evidence_disclosed"
    APPROVAL_WANTED = "approval_wanted"
    CAMPAIGN_APPROVED = "campaign_approved"
    CAMPAIGN_REJECTED = "campaign_rejected"
    APPROVAL_VOID = "approval_void"
    MENTIONED = "mentioned"
    ALONE_LIMIT_CHANGED = "alone_limit_changed"
    BREACH_ALARM = "breach_alarm"
    BREACH_OVERDUE = "breach_overdue"
    BREACH_NOTICE_WAITS = "breach_notice_waits"
    BREACH_NOTICE_APPROVED = "breach_notice_approved"
    CODES_STOPPED = "codes_stopped"
    SIGNUP_SPIKE = "signup_spike"
    ERASED_IN_TEXTS = "erased_in_texts"
    CONSENT_CHANGE_WAITS = "consent_change_waits"
    CONSENT_CHANGE_BEGINS = "consent_change_begins"
    CONSENT_CHANGE_AGREED = "consent_change_agreed"
    CONSENT_CHANGE_DONE = "consent_change_done"
    CONSENT_CHANGE_CANCELLED = "consent_change_cancelled"
    CONSENT_CHANGE_LAPSED = "consent_change_lapsed"
    MAILING_STOPPED = "mailing_stopped"
    CONSENT_REWORDED = "consent_reworded"
    CONSENT_OFFERED = "consent_offered"
    FORM_PUBLISHED = "form_published"
    WELCOME_CHANGED = "welcome_changed"
    BASELESS_CONSENTS = "baseless_consents"


@dataclass(frozen=True)
class NoticeText:
    """The words of a notice, before its values are filled in."""

    subject: LazyString
    paragraphs: tuple[LazyString, ...]
    button: LazyString
