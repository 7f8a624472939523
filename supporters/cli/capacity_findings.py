"""The checks of `flask doctor` on approvals and a rush: second persons, limits, connections."""

from flask import current_app

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import list_active_organisers
from supporters.accounts.second_person import counts_from
from supporters.cli.machine_findings import DoctorFinding
from supporters.delivery.send_journal.worker_registry import count_living_workers
from supporters.delivery.server_connections import find_server_connections
from supporters.extensions import current_settings
from supporters.signup.rush.announced_broadcasts import list_broadcasts
from supporters.signup.rush.held_emails import count_held, find_hold
from supporters.web.public.form_limits import PROVIDER_FACTOR, TOTAL_FACTOR

PERSON = "second person"
SIGNUPS, EMAILS, CONNECTIONS = "signups", "signup emails", "database connections"
SECONDS = 60
USUAL_PROCESSES = 4  # three of the web and a worker, as docs/operators.md starts them
ALMOST_ALL = 0.8
CONNECTIONS_FOR_TRIPS = 4  # beside the pool: one for each thread of gunicorn.conf.py (ADR 061)
CONNECTIONS_FOR_QUEUE = 1  # of huey: one that all threads share


def look_at_second_person() -> DoctorFinding:
    """Tell from when somebody can approve a campaign that another person began."""
    counting = [
        since
        for each in list_active_organisers(RoleName.APPROVER)
        if (since := counts_from(each, RoleName.APPROVER)) is not None
    ]
    if not counting:
        how = "No account may approve campaigns, and each needs two persons. The right counts after"
        how = f"{how} 72 hours, so give it early: flask organisers grant EMAIL approve"
        return DoctorFinding(PERSON, "look", how)
    if (first := min(counting)) > clock.now():
        how = "counts; before that, no campaign can be approved by somebody else."
        return DoctorFinding(PERSON, "look", f"From {first:%Y-%m-%d %H:%M} UTC on, one {how}")
    words = f"Accounts that may approve a campaign of somebody else: {len(counting)}."
    return DoctorFinding(PERSON, "right", words)


def look_at_signup_limits() -> DoctorFinding:
    """Compare how many signups a minute may be taken with how many emails the relay takes."""
    settings = current_settings()
    rate, emails = settings.signup_rate, settings.send_rate * SECONDS
    if not rate:
        how = "SUPPORTERS_SIGNUP_RATE is 0: nothing limits them, and one machine can request emails"
        return DoctorFinding(SIGNUPS, "look", f"{how} to thousands of others. Set it.")
    connections = settings.outbox_connections * count_living_workers()
    words = (
        f"All web processes take {rate * TOTAL_FACTOR} a minute: {rate * PROVIDER_FACTOR} of one "
        f"mail provider, {rate} of one network (SUPPORTERS_SIGNUP_RATE); more with a proof of "
        f"work. The relay has to take an email for each; connections to it from this machine: "
        f"{connections}."
    )
    if emails and emails < rate * TOTAL_FACTOR:
        how = f"SUPPORTERS_SEND_RATE says that it takes {emails} a minute. In a rush, confirmations"
        return DoctorFinding(
            SIGNUPS, "look", f"{words} {how} wait: ask the relay for a higher rate."
        )
    return DoctorFinding(SIGNUPS, "right", words)


def look_at_rush() -> DoctorFinding:
    """Tell whether a spike holds the emails of signups, and which broadcasts raise the limits."""
    hold, now = find_hold(), clock.now()
    if hold is not None:
        since = hold.began_at.isoformat(timespec="seconds")
        how = (
            f"Held since {since}: {count_held()} wait, because {hold.counted} within five minutes "
            "are twenty times the usual. An owner decides in the console, under Lists, Many "
            "sign-ups at once."
        )
        return DoctorFinding(EMAILS, "wrong", how)
    names = [
        broadcast.name
        for broadcast, _ in list_broadcasts()
        if broadcast.begins_at <= now < broadcast.ends_at
    ]
    if names:
        words = f"Not held. Events that raise the limits now: {', '.join(names)}."
        return DoctorFinding(EMAILS, "right", words)
    return DoctorFinding(EMAILS, "right", "Not held.")


def look_at_connections() -> DoctorFinding:
    """Compare the connections that PostgreSQL accepts with those that processes may open."""
    server = find_server_connections()
    if server is None:
        words = "SQLite needs none. It has one writer: move to PostgreSQL before a broadcast."
        return DoctorFinding(CONNECTIONS, "right", words)
    most = server.most
    of_process = _count_of_process()
    if server.has_pooler:
        words = (
            "PgBouncer shares those of PostgreSQL. Its max_client_conn must be at least "
            f"{of_process} for each process of web or worker."
        )
        return DoctorFinding(CONNECTIONS, "right", words)
    fitting = most // of_process
    words = (
        f"PostgreSQL accepts {most}, and {server.used} are in use. A process of web or worker "
        f"opens at most {of_process}, some two at rest, so {fitting} processes of all machines fit."
    )
    if server.used < most * ALMOST_ALL and fitting >= USUAL_PROCESSES:
        return DoctorFinding(CONNECTIONS, "right", words)
    how = "Raise max_connections in postgresql.conf, or start fewer processes."
    return DoctorFinding(CONNECTIONS, "look", f"{words} {how}")


def _count_of_process() -> int:
    """Return how many connections a process opens at most."""
    pool: dict[str, int] = current_app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    has_queue = current_settings().queue_url.startswith("postgresql:")
    of_queue = CONNECTIONS_FOR_QUEUE if has_queue else 0
    return pool["pool_size"] + pool["max_overflow"] + CONNECTIONS_FOR_TRIPS + of_queue
