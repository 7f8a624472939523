"""Refuses a downgrade that would delete data which nothing can restore."""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

from supporters.migrations.state import DatabaseProblem

ALIVE_SECONDS = 15  # a worker writes its row every five
AGE = {  # of the row of a machine, in seconds
    "sqlite": "(julianday('now') - julianday(seen_at)) * 86400",
    "postgresql": "extract(epoch FROM clock_timestamp() - seen_at)",
}
SEALED = ("log_entry", "position IS NOT NULL", "the sealed consent log")
# The data that a downgrade before a migration would delete: table, condition of the rows, name.
LOST_BEFORE = {
    "0004": ("consent_event", "1 = 1", "what people consented to"),
    "0006": ("delivery", "1 = 1", "what was sent to whom"),
    "0010": SEALED,
    "0011": SEALED,
    "0012": ("rights_case", "1 = 1", "the cases of people's rights"),
    "0013": ("import_evidence", "1 = 1", "where former lists come from"),
    "0014": ("restoration", "1 = 1", "the restorations in the consent log"),
    "0018": ("case_entry", "1 = 1", "what was done in the cases"),
    "0019": ("disclosure", "kind = 'export'", "the record of exports"),
    "0035": ("page_version", "style_hash IS NOT NULL", "the style of page snapshots"),
    "0050": ("team_text", "1 = 1", "the templates and pieces of the team"),
    "0047": ("picture", "1 = 1", "the pictures of campaigns"),
    "0048": ("saved_text", "name <> ''", "the named texts in the history of campaigns"),
    "0051": ("campaign_comment", "1 = 1", "the comments on campaigns"),
    "0054": ("list_text", "1 = 1", "the names and descriptions of lists in further languages"),
    "0059": ("list_answer", "1 = 1", "the answers of people to the questions of lists"),
    "0061": ("consent_event", "kind = 'corrected'", "the corrections of withdrawals"),
    "0062": ("subscriber", "postcode IS NOT NULL", "the postcodes that people wanted us to keep"),
    "0063": ("issue", "1 = 1", "the emails on the site, with their addresses"),
    "0064": ("signup_form", "1 = 1", "the sign-up forms that the team made"),
    "0070": ("consent_change", "1 = 1", "who agreed to texts of consents"),
    "0066": ("form_source_count", "1 = 1", "where the sign-ups by forms came from"),
    "0045": ("breach", "1 = 1", "the register of personal data breaches"),
}
PICTURES_OF_PAGES = "icon IS NOT NULL OR picture_file IS NOT NULL OR share_file IS NOT NULL"
# Further data that the same migrations would delete, or others: migration, then as above.
ALSO_LOST = (
    ("0031", "kept_form", "1 = 1", "the texts that the console rescued"),
    ("0036", "audit_event", "1 = 1", "the audit log"),
    ("0036", "organiser_list", "1 = 1", "which lists the accounts with limits may see"),
    ("0037", "passkey", "1 = 1", "the passkeys of accounts"),
    ("0037", "authenticator_app", "1 = 1", "the second factors of accounts"),
    ("0037", "recovery_code", "1 = 1", "the recovery codes of accounts"),
    ("0037", "openid_identity", "1 = 1", "the accounts of the sign-in service"),
    ("0038", "organiser", "name IS NOT NULL AND name <> ''", "the names of accounts"),
    ("0039", "right_request", "1 = 1", "the requests for rights of accounts"),
    ("0041", "campaign_version", "1 = 1", "the messages as they were approved"),
    ("0041", "campaign_test", "1 = 1", "the tests of campaigns"),
    ("0041", "approval_rule", "1 = 1", "the rules of approval"),
    ("0041", "campaign", "preheader <> ''", "the first words of campaigns"),
    ("0045", "organiser", "anonymised_at IS NOT NULL", "which accounts are anonymous"),
    ("0046", "campaign", "document IS NOT NULL", "the blocks of campaigns"),
    ("0049", "mailing_list", "reply_to <> '' OR sender_name <> ''", "the senders of lists"),
    ("0049", "campaign", "internal_name <> ''", "the names of campaigns for the team"),
    ("0050", "mail_face", "1 = 1", "the look of emails"),
    ("0056", "source_count", "1 = 1", "where the sign-ups came from"),
    ("0058", "mail_face", PICTURES_OF_PAGES, "the look of pages"),
    ("0060", "event_allowance", "1 = 1", "the announced broadcasts"),
    ("0061", "list_thanks", "1 = 1", "the words after the confirmation"),
    ("0062", "list_territory", "1 = 1", "the territories of lists"),
    ("0064", "signup_request", "form_id IS NOT NULL", "the forms of sign-ups that wait"),
)


def refuse_to_lose(connection: Connection, undone: Iterable[str]) -> None:
    """Refuse to undo these migrations if that would delete data. Raises DatabaseProblem."""
    tables = {*inspect(connection).get_table_names()}
    losses = [(revision, *loss) for revision, loss in LOST_BEFORE.items()]
    passed = {*undone}
    for revision, table, rows, what in (*losses, *ALSO_LOST):
        if revision not in passed or table not in tables:
            continue
        found = text(f"SELECT 1 FROM {table} WHERE {rows} LIMIT 1")  # noqa: S608 - no input
        if connection.execute(found).first() is not None:
            message = (
                f"Nothing was changed: a downgrade before migration {revision} would delete {what} "
                "for good. To run an earlier program, restore the backup that was made before the "
                "upgrade. See “Backup and restore” in docs/operators.md."
            )
            raise DatabaseProblem(message)


def refuse_beside_workers(connection: Connection) -> None:
    """Refuse a downgrade while a worker is alive on any machine. Raises DatabaseProblem."""
    if "machine" not in inspect(connection).get_table_names():
        return
    age = AGE[connection.dialect.name]
    alive = f"SELECT count(*) FROM machine WHERE name NOT LIKE 'web-%' AND {age} < :seconds"  # noqa: S608
    if connection.scalar(text(alive), {"seconds": ALIVE_SECONDS}):
        message = (
            "Nothing was changed: a worker uses this database, or ended just now. Stop all workers "
            f"and pages, and run this again after {ALIVE_SECONDS} seconds."
        )
        raise DatabaseProblem(message)
