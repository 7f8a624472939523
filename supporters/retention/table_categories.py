"""The category of each table with personal data; the start fails if a table isn't listed here."""

from sqlalchemy import select

from supporters.database import db
from supporters.retention.models import RetentionRule
from supporters.retention.rules import Category

PERSONAL_TABLES = {
    "signup_request": Category.SIGNUPS,
    "signup_choice": Category.SIGNUPS,
    "signup_answer": Category.SIGNUPS,
    "list_answer": Category.ANSWERS,
    "outbox_email": Category.EMAILS,
    "unreadable_mail": Category.EMAILS,
    **dict.fromkeys(
        ("list_import", "import_file_part", "import_evidence", "import_seen", "import_refusal"),
        Category.INVITATIONS,
    ),
    "invitation": Category.INVITATIONS,
    "access_ticket": Category.TICKETS,
    "address_change": Category.TICKETS,
    "departure": Category.EMAILS,
    "pending_erasure": Category.TICKETS,
    "subscriber": Category.PEOPLE,
    "search_word": Category.PEOPLE,
    "subscription": Category.PEOPLE,
    "agreement": Category.PEOPLE,
    "consent_event": Category.PROOFS,
    **dict.fromkeys(("delivery", "ledger_tile", "mailbox_failure"), Category.DELIVERIES),
    "disclosure": Category.DISCLOSURES,
    "privacy_case": Category.CASES,
    "case_entry": Category.CASES,
    "breach_person": Category.BREACHES,
    **dict.fromkeys(("suppression", "withdrawal_line"), Category.SUPPRESSIONS),
    "organiser": Category.ACCOUNTS,
    "organiser_role": Category.ACCOUNTS,
    "right_request": Category.ACCOUNTS,
    "stored_form": Category.ACCOUNTS,
    **dict.fromkeys(
        ("sign_in_session", "known_device", "refused_sign_in", "password_reset"),
        Category.ACCOUNTS,
    ),
    "organiser_list": Category.ACCOUNTS,
    "passkey": Category.ACCOUNTS,
    "authenticator_app": Category.ACCOUNTS,
    "recovery_code": Category.ACCOUNTS,
    "openid_identity": Category.ACCOUNTS,
    "audit_event": Category.AUDIT,
    "retention_change": Category.ACCOUNTS,
    **dict.fromkeys(("campaign", "campaign_list", "campaign_text"), Category.ACCOUNTS),
    "campaign_version": Category.ACCOUNTS,
    "campaign_test": Category.ACCOUNTS,
    **dict.fromkeys(
        ("campaign_comment", "comment_mention", "campaign_presence"), Category.ACCOUNTS
    ),
    **dict.fromkeys(
        ("approval_rule", "sending_rule", "sending_window", "ballot"), Category.ACCOUNTS
    ),
    **dict.fromkeys(("theme", "team_text", "issue"), Category.ACCOUNTS),
    **dict.fromkeys(
        ("delivery_control", "sending_thresholds", "setup_override"), Category.ACCOUNTS
    ),
    **dict.fromkeys(("signup_hold", "announced_broadcast"), Category.ACCOUNTS),
    "picture": Category.PICTURES,
    "saved_text": Category.DRAFTS,
    **dict.fromkeys(("breach", "breach_entry", "breach_notice"), Category.ACCOUNTS),
    **dict.fromkeys(("log_entry", "sealed_fact"), Category.LOG),
}
# These tables identify nobody.
OTHER_TABLES = {
    *(
        "guess_count",
        "data_key",
        "role",
        "mailing_list",
        "list_purpose",
        "purpose",
        "optional_purpose",
    ),
    *("asked_link", "list_thanks", "list_question", "question_text", "list_text"),
    *("list_territory", "request_count", "source_count", "form_source_count"),
    *("signup_form", "signup_form_text"),
    *("signup_form_list", "signup_form_question", "signup_form_count", "pending_count"),
    *("wording", "page_snapshot", "page_style", "email_snapshot", "controller"),
    *("log_tile", "log_checkpoint", "log_cosignature", "witness", "erasure", "restoration"),
    *("lost_entry", "log_timestamp", "timestamp_authority"),
    *("delivery_batch", "delivery_interval", "delivery_erased", "disk_cleanup"),
    *("machine", "secret_key"),
    *("domain_ceiling", "domain_use", "relay_lease"),
    *("departure_count", "visit_count", "follow_up", "audience_count", "domain_count"),
    *("return_count", "feedback_report"),
    *("consent_count", "event_count", "former_count", "people_count"),
    *(
        "reconfirmation",
        "consent_change",
        "dispute_stop",
        "journal_gap",
        "picture_use",
        "used_challenge",
    ),
    *("team_text_picture", "ballot_place", "setup_finding", "loop_test", "dkim_key"),
    "consent_notice",
    *("retention_rule", "retention_run", "retention_result", "site_edition"),
}


class RetentionGap(Exception):
    """A table or category has no retention time; the text names it."""


def check_retention() -> None:
    """Check that every table with personal data has a retention time. Raises RetentionGap."""
    faults = [
        *(f"table {name} has no category" for name in find_uncovered_tables()),
        *(f"category {name} has no rule" for name in _find_categories_without_rule()),
    ]
    if faults:
        raise RetentionGap(f"Retention: {'; '.join(faults)}. Set how long it is retained.")


def find_uncovered_tables() -> list[str]:
    """Return the names of the tables that have no category here."""
    return sorted({*db.metadata.tables} - {*PERSONAL_TABLES} - OTHER_TABLES)


def list_tables_of(category: Category) -> dict[str, list[str]]:
    """Return the tables of a category, with the names of their columns."""
    return {
        name: [column.name for column in db.metadata.tables[name].columns]
        for name, belongs_to in PERSONAL_TABLES.items()
        if belongs_to is category
    }


def _find_categories_without_rule() -> list[str]:
    ruled = {*db.session.scalars(select(RetentionRule.category))}
    return [category for category in Category if category not in ruled]
