"""An installation of its own: a database, its people, its commands and its worker processes."""

import dataclasses
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from supporters import clock, create_app
from supporters.campaigns.models import Campaign
from supporters.config import load_settings
from supporters.consent.models import Method
from supporters.database import db
from supporters.delivery.first_wave.wave_rules import Wave
from supporters.feedback.intake.apply_report import Source, apply_report
from supporters.feedback.reports.report import Report, ReportKind
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.queue import IN_MEMORY
from tests.factories.approvals import launch_ready
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.faults.ledger import Ledger
from tests.faults.synthetic_people import add_people
from tests.faults.worker_process import Worker, start_worker
from tests.servers.processes import run_flask

BODY = "Bonjour {{ given_name | cher ami }},\n\n" + 8 * "Une ligne, ni courte ni longue.\n"
CONNECTIONS = 2  # of each worker process
LONG_AGO = timedelta(hours=3)


class Installation:
    """One party with lists, on one database. Its workers may run on several machines."""

    def __init__(self, folder: Path, database_url: str, mail_port: int) -> None:
        self.folder = folder
        ours = {
            "SUPPORTERS_ENV": "development",
            "SUPPORTERS_INSTANCE_DIR": str(folder / "instance"),
            "SUPPORTERS_DATABASE_URL": database_url,
            "SUPPORTERS_BASE_URL": "http://localhost",
            "SUPPORTERS_GRACE_SECONDS": "0",
            "SUPPORTERS_MAIL_PORT": str(mail_port),
            "SUPPORTERS_SIGNUP_RATE": "0",
            "SUPPORTERS_SMTP_CONNECTIONS": str(CONNECTIONS),
        }
        others = {name: value for name, value in os.environ.items() if "SUPPORTERS_" not in name}
        self.variables = {**others, **ours}
        self.settings = dataclasses.replace(load_settings(ours), queue_url=IN_MEMORY)
        self.app = create_app(self.settings)
        self.ledger = Ledger(self.settings.database_url, self.said)
        self._machines = 0

    def make_list(self, people: int, slug: str = "national") -> MailingList:
        """Return a new list with this many people."""
        mailing_list = make_list(slug)
        add_people(mailing_list, (f"p{number}@{slug}.example" for number in range(people)))
        return mailing_list

    def launch(self, people: int, slug: str = "national") -> int:
        """Launch a campaign to a new list with this many people; return its id."""
        return self.launch_to(self.make_list(people, slug))

    def launch_in_waves(self, people: int, first: int) -> int:
        """Launch a campaign of which so many people get it first; return its id."""
        return self.launch_to(self.make_list(people), wave=Wave(size=first))

    def launch_to(
        self, mailing_list: MailingList, subject: str = "Des nouvelles", wave: Wave | None = None
    ) -> int:
        """Launch a campaign to a list; return its id."""
        campaign = launch_ready(make_campaign(mailing_list, subject, BODY).id, wave=wave)
        assert isinstance(campaign, Campaign)
        return campaign.id

    def flask(self, *arguments: str) -> str:
        """Run one of our commands, as an operator does; return its output."""
        done = run_flask(self.variables, *arguments)
        assert done.returncode == 0, f"flask {' '.join(arguments)}: {done.stderr[-2000:]}"
        return done.stdout

    @contextmanager
    def worker(
        self,
        processes: int = 1,
        *,
        variables: Mapping[str, str] | None = None,
        machine: str = "",
    ) -> Iterator[Worker]:
        """Run `flask worker` until the end of the block: on another machine, if one is named.

        `variables`: the settings that differ from ours.
        """
        instance = self.folder / f"instance{machine}"
        instance.mkdir(exist_ok=True)
        self._machines += 1
        worker = start_worker(
            {
                **self.variables,
                "SUPPORTERS_INSTANCE_DIR": str(instance),
                **(variables or {}),
            },
            processes,
            log=self.folder / f"worker{self._machines}.log",
        )
        worker.instance = instance
        try:
            yield worker
        finally:
            worker.end()

    def said(self) -> str:
        """Return the last lines of the workers' logs."""
        logs = sorted(self.folder.glob("worker*.log"))
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in logs)

    def leave(self, subscriber: int, mailing_list: int) -> None:
        """Unsubscribe a person from a list, as their one click does."""
        unsubscribe_from_list(subscriber, mailing_list, Method.ONE_CLICK)

    def complain(self, subscriber: int, campaign: int) -> None:
        """Apply the complaint of a person, as the reader of another machine does."""
        tokens = (EnvelopeWriter(self.settings, campaign).write(subscriber),)
        apply_report(Report(kind=ReportKind.COMPLAINT, tokens=tokens), Source.LMTP, clock.now())
        db.session.remove()

    def reconnect(self) -> None:
        """Close connections to a database that was restarted."""
        db.session().invalidate()
        db.session.remove()
        db.engine.dispose()
