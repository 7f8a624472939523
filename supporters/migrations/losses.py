"""Refuses a downgrade that would delete data which nothing can restore."""

from collections.abc import Iterable

from sqlalchemy import Connection, inspect, text

from supporters.migrations.state import DatabaseProblem

ALIVE_SECONDS = 15  # a worker writes its row every five
AGE = {  # of the row of a machine, in seconds
    "sqlite": "(julianday('now') - julianday(seen_at)) * 86400",
    "postgresql": "extract(epoch FROM clock_timestamp() - seen_at)",
}
# The data that a downgrade before a migration would delete: migration, table, rows, name.
LOSSES = (
    ("0001", "log_entry", "1 = 1", "the consent log"),
    ("0001", "delivery", "1 = 1", "what was sent to whom"),
    ("0001", "organiser", "1 = 1", "the accounts"),
    ("0001", "mailing_list", "1 = 1", "the lists"),
    ("0001", "audit_event", "1 = 1", "the audit log"),
    ("0004", "sending_window", "1 = 1", "the sending window"),
    ("0004", "ballot", "1 = 1", "the ballots with their silence"),
    ("0005", "departure_count", "1 = 1", "how many people left because of each campaign"),
    ("0005", "follow_up", "1 = 1", "which campaigns follow another one"),
    ("0005", "visit_count", "1 = 1", "the visits of the archive"),
    (
        "0006",
        "campaign",
        (
            "wave_batches IS NOT NULL AND wave_continued_at IS NULL"
            " AND status IN ('running', 'paused')"
        ),
        "a first wave, so that its campaign would go to everybody: continue or cancel it",
    ),
    ("0007", "campaign_text", "1 = 1", "the texts of campaigns in other languages"),
    ("0007", "saved_text", "is_other", "the history of texts in other languages"),
    ("0007", "delivery", "language IS NOT NULL", "the languages in which emails were sent"),
    ("0008", "campaign_list", "position > 0", "the further lists of campaigns"),
    ("0013", "dkim_key", "status <> 'retired'", "the DKIM keys that sign the emails"),
    (
        "0011",
        "subscriber",
        "unreachable_since IS NOT NULL OR unreachable_because IS NOT NULL",
        "which addresses can't be reached, so that they would be written to",
    ),
    ("0011", "mailbox_failure", "1 = 1", "what came back from mailboxes"),
    (
        "0011",
        "consent_event",
        "kind IN ('unreachable', 'reachable')",
        "sealed records of addresses that couldn't be reached",
    ),
    ("0012", "consent_event", "method = 'complaint'", "that people left by the spam button"),
    ("0012", "return_count", "1 = 1", "how many bounces and complaints campaigns have"),
    ("0020", "log_cosignature", "1 = 1", "what the witnesses of the log signed"),
    (
        "0021",
        "consent_event",
        "record_form IS NOT NULL",
        "the holders in sealed records, so that these could not be proved",
    ),
    (
        "0021",
        "signup_request",
        "record_form IS NOT NULL",
        "how waiting sign-ups were sealed: let them be confirmed or expire, which takes 72 hours",
    ),
    (
        "0023",
        "consent_event",
        (
            "email_status IS NOT NULL OR email_settled_at IS NOT NULL OR email_reply IS NOT NULL"
            " OR email_sha256 IS NOT NULL OR email_snapshot_sha256 IS NOT NULL"
        ),
        "what is sealed of the emails by which people confirmed",
    ),
    ("0023", "email_snapshot", "1 = 1", "the texts of the emails by which people confirmed"),
    ("0024", "sealed_fact", "1 = 1", "the sealed launches and ledgers of campaigns"),
    ("0024", "suppression", "record_id IS NOT NULL", "the records of suppressions"),
    (
        "0025",
        "restoration",
        "appended IS NOT NULL OR origin IS NOT NULL",
        "how the log went on after a restore",
    ),
    ("0025", "lost_entry", "1 = 1", "the hashes of entries that a restore lost"),
    (
        "0025",
        "erasure",
        "sealed_list IS NOT NULL OR records_sha256 IS NOT NULL OR record_count IS NOT NULL",
        "which sealed records were erased",
    ),
    ("0025", "log_timestamp", "1 = 1", "the timestamps of the log"),
    ("0022", "erasure", "holder IS NOT NULL", "what ties erasures to the promises of their people"),
    ("0018", "import_file_part", "1 = 1", "the files of imports that wait: cancel these first"),
)


def refuse_to_lose(connection: Connection, undone: Iterable[str]) -> None:
    """Refuse to undo these migrations if that would delete data. Raises DatabaseProblem."""
    tables = {*inspect(connection).get_table_names()}
    passed = {*undone}
    for revision, table, rows, what in LOSSES:
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


def has_living_workers(connection: Connection) -> bool:
    """Tell whether a worker of any machine is alive, or ended just now."""
    if "machine" not in inspect(connection).get_table_names():
        return False
    age = AGE[connection.dialect.name]
    alive = f"SELECT count(*) FROM machine WHERE name NOT LIKE 'web-%' AND {age} < :seconds"  # noqa: S608
    return bool(connection.scalar(text(alive), {"seconds": ALIVE_SECONDS}))


def refuse_beside_workers(connection: Connection) -> None:
    """Refuse to go on while a worker is alive on any machine. Raises DatabaseProblem."""
    if has_living_workers(connection):
        message = (
            "Nothing was changed: a worker uses this database, or ended just now. Stop all workers "
            f"and pages, and run this again after {ALIVE_SECONDS} seconds."
        )
        raise DatabaseProblem(message)
