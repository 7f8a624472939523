"""Sends the transactional emails that wait: emails a second of a worker, and CPU time of each.

The emails are confirmations of signups. It fails if one is missing, or left twice.

    PYTHONPATH=. .venv/bin/python benchmarks/outbox.py --emails 20000 --database postgresql
"""

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import print_results
from benchmarks.parts.processes import cpu_seconds
from benchmarks.parts.sink import Sink, counting_sink, reserved_port
from supporters import clock
from supporters.database import db, transaction
from supporters.mail.models import EmailKind, EmailStatus, OutboxEmail
from supporters.mail.outbox import EmailDraft, put_email

LISTS = ["La Lettre nationale", "Dole & environs"]
ENDS_WITHIN_SECONDS = 600


def main() -> int:
    """Run once. Return 0 if every email left, and once."""
    options = _read_options()
    with tempfile.TemporaryDirectory() as name, reserved_port() as mail_port:
        folder = Path(name)
        plan = Plan(
            database=options.database,
            mail_port=mail_port,
            processes=options.processes,
            connections=None,
        )
        with installed(folder, plan) as installation, counting_sink(folder, mail_port) as sink:
            figures = _measure(installation, sink, options.emails)
    print_results(figures, is_json=options.json)
    return 0 if figures["sent"] == figures["received"] == options.emails else 1


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--emails", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", default="postgresql", choices=("postgresql", "sqlite"))
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _measure(installation: Installation, sink: Sink, emails: int) -> dict[str, float | str]:
    with installation.worker() as worker:
        time.sleep(1)
        idle = cpu_seconds(worker)
        time.sleep(5)
        idle = (cpu_seconds(worker) - idle) / 5
        put_emails(installation, emails)
        started, used = time.monotonic(), cpu_seconds(worker)
        free_emails(installation)
        deadline = started + ENDS_WITHIN_SECONDS
        while (received := sink.count()) < emails and time.monotonic() < deadline:
            time.sleep(0.05)
        seconds = time.monotonic() - started
        cpu = cpu_seconds(worker) - used
        time.sleep(1)
        received = sink.count()
    with installation.app.app_context():
        is_sent = OutboxEmail.status == EmailStatus.SENT
        sent = db.session.scalar(select(func.count(OutboxEmail.id)).where(is_sent)) or 0
    return {
        "rate": round(emails / seconds, 1),
        "cpu_ms": round(1000 * cpu / emails, 3),
        "idle_cpu_percent": round(100 * idle, 2),
        "received": received,
        "sent": sent,
        "database": installation.describe_database(),
    }


def put_emails(installation: Installation, emails: int, *, due: bool = False) -> None:
    """Put emails into the outbox: due now, or in an hour."""
    due_at = clock.now() + timedelta(hours=0 if due else 1)
    with installation.app.app_context(), transaction():
        for number in range(emails):
            token = f"{number:06}".ljust(60, "x")
            draft = EmailDraft(
                kind=EmailKind.CONFIRM_SIGNUP,
                recipient=f"person{number}@example.org",
                language="fr",
                values={
                    "confirm_url": f"http://localhost:5000/fr/confirm/{token}",
                    "not_me_url": f"http://localhost:5000/fr/not-me/{token}",
                    "code": f"{number:06}",
                    "list_names": LISTS,
                    "hours": 72,
                },
                useful_for=timedelta(hours=72),
            )
            put_email(draft, now=clock.now()).next_attempt_at = due_at


def free_emails(installation: Installation) -> None:
    """Let all emails be due now."""
    with installation.app.app_context(), transaction():
        db.session.execute(db.update(OutboxEmail).values(next_attempt_at=clock.now()))


if __name__ == "__main__":
    sys.exit(main())
