"""Sends a campaign with the whole product, and checks that each person got one email.

The receiver counts the emails of the timed campaign and does not keep them: keeping halves its
speed. A second campaign goes to a short list of the same people and some suppressed ones. Its
receiver keeps every email, and the recipients are compared by name.
"""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import update

from benchmarks.parts.installation import Installation, Plan, installed
from benchmarks.parts.printing import Figure
from benchmarks.parts.records.consents import add_missing_entries
from benchmarks.parts.records.people import Crowd, make_people
from benchmarks.parts.sink import counting_sink, keeping_sink, reserved_port
from benchmarks.parts.timing import CampaignWatch, Run
from benchmarks.parts.tls_relay import encrypted_relay
from supporters import clock
from supporters.audit.checkpoint_mail import mail_checkpoint
from supporters.campaigns.queries import get_campaign
from supporters.database import db, transaction
from supporters.delivery.message.frozen_campaign import freeze_campaign
from supporters.delivery.message.message_bytes import CompiledMessage
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.lists.queries import get_list
from supporters.mail.models import EmailStatus, OutboxEmail
from tests.factories.returned.dkim_keys import make_active_key

EVERYBODY, FEW = "national", "short"
SHORT_LIST = 10_000
BODY = """Bonjour {{ given_name | cher ami }},

La réunion du mois aura lieu jeudi à 19 heures. Venez avec vos questions.
"""
HEAVY_BODY = BODY + 1100 * "La réunion aura lieu jeudi soir.\n\n"  # 100 kB, and Gmail shows all


@dataclass(frozen=True, kw_only=True)
class SampleReader:
    """A typical reader, to measure the size of an email."""

    subscriber_id: int
    address: str
    given_name: str
    subscribed_at: datetime
    purpose_id: int
    language: str = "fr"


@dataclass(frozen=True)
class DeliveryCheck:
    """The differences between the kept emails and the expected ones."""

    twice: int
    missing: int
    to_others: int


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of a run."""
    parser.add_argument("--database", default="postgresql", help="sqlite, postgresql or a URL")
    parser.add_argument("--processes", type=int, default=2, help="worker processes")
    parser.add_argument("--connections", type=int, help="SMTP connections of each process")
    parser.add_argument("--json", action="store_true", help="one line of JSON last")


class Product:
    """An installation with people, and the port of its receiver."""

    def __init__(self, folder: Path, installation: Installation, port: int) -> None:
        self.folder = folder
        self.installation = installation
        self.port = port

    def fill(self, people: int) -> Crowd:
        """Create both lists with so many people; one in a hundred is suppressed."""
        crowd = Crowd(
            people=people, suppressed=max(10, people // 100), short=min(people, SHORT_LIST)
        )
        for slug in (EVERYBODY, FEW):
            self.installation.flask("lists", "create", slug, "--name", "La Lettre nationale")
        with self.installation.app.app_context():
            make_people(crowd, EVERYBODY, FEW)
            add_missing_entries()  # without them, no campaign leaves
            _settle_email_of_the_day()
        return crowd

    def sign_emails(self) -> None:
        """Let a DKIM key sign all emails from now on."""
        with self.installation.app.app_context():
            make_active_key(domain=current_settings().mail_domain)

    def write_message(self, body: str = BODY) -> bytes:
        """Return an email as it leaves, without its signature."""
        campaign_id = self.installation.create_campaign(EVERYBODY, body)
        with self.installation.app.app_context():
            campaign = get_campaign(campaign_id)
            message = CompiledMessage(freeze_campaign(campaign, get_list(campaign.mailing_list_id)))
            now = clock.now()
            somebody = SampleReader(
                subscriber_id=new_id(now),
                address="person100000@example.org",
                given_name="Camille",
                subscribed_at=now,
                purpose_id=campaign.purpose_id,
            )
            return message.write(somebody, sent_at=now).content

    def send(self, *sink_options: str) -> Run:
        """Send a campaign to everybody and return its run."""
        campaign = self.installation.create_campaign(EVERYBODY, BODY)
        with (
            counting_sink(self.folder, self.port, *sink_options) as sink,
            self.installation.worker() as worker,
        ):
            return CampaignWatch(self.installation, sink, campaign).time_campaign(worker)

    def send_heavy(self) -> Run:
        """Send 100 kB to each person of the short list, over TLS."""
        campaign = self.installation.create_campaign(FEW, HEAVY_BODY)
        with (
            counting_sink(self.folder, self.port) as sink,
            encrypted_relay(self.folder, self.port) as variables,
        ):
            kept = dict(self.installation.variables)
            self.installation.variables.update(variables)
            with self.installation.worker() as worker:
                run = CampaignWatch(self.installation, sink, campaign).time_campaign(worker)
            self.installation.variables = kept
        return run

    def prove(self, crowd: Crowd) -> DeliveryCheck:
        """Send a campaign to the short list, and compare the recipients with the expected ones."""
        campaign = self.installation.create_campaign(FEW, BODY)
        with keeping_sink(self.folder, self.port) as sink, self.installation.worker() as worker:
            CampaignWatch(self.installation, sink, campaign).time_campaign(worker)
        arrived, wanted = Counter(sink.recipients()), crowd.wanted()
        return DeliveryCheck(
            twice=sum(count - 1 for count in arrived.values()),
            missing=len(wanted - set(arrived)),
            to_others=len(set(arrived) - wanted),
        )


def _settle_email_of_the_day() -> None:
    """Record the daily email to the data protection officer as sent: the receiver counts emails."""
    now = clock.now()
    mail_checkpoint(now)
    with transaction():
        settled = {"status": EmailStatus.SENT, "encrypted": None, "settled_at": now}
        db.session.execute(update(OutboxEmail).values(settled))


@contextmanager
def product(plan: Plan, sink_port: int) -> Iterator[Product]:
    """Create an installation without people in a new folder."""
    with tempfile.TemporaryDirectory(prefix="supporters-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # smtp-sink runs as nobody
        with installed(folder, plan) as installation:
            yield Product(folder, installation, sink_port)


@contextmanager
def product_from_options(options: argparse.Namespace) -> Iterator[Product]:
    """Create an installation from the options; it sends directly to the receiver."""
    with reserved_port() as port:
        plan = Plan(
            database=options.database,
            mail_port=port,
            processes=options.processes,
            connections=options.connections,
        )
        with product(plan, port) as made:
            yield made


def results_of(run: Run, proof: DeliveryCheck, people: int) -> dict[str, Figure]:
    """Return the results of a run. Duplicates and losses of both campaigns count."""
    return {
        "messages": run.progress.accepted,
        "seconds": round(run.seconds, 2),
        "rate": round(run.rate, 1),
        "cpu_us_per_message": round(run.cpu_microseconds, 1),
        "database_cpu_us_per_message": round(run.database_cpu_microseconds, 1),
        "check_cpu_us_per_message": round(run.check_cpu_microseconds, 1),
        "launch_cpu_us_per_message": round(run.launch_cpu_microseconds, 1),
        "peak_rss_mb": round(run.peak_megabytes, 1),
        "duplicates": max(0, run.received - people) + proof.twice,
        "lost": max(0, people - run.received) + proof.missing,
        "uncertain": run.progress.uncertain,
        "to_others": proof.to_others,
        "launch_seconds": round(run.launched - run.began, 2),
        "first_mail_seconds": round(run.first - run.began, 2),
        "status_ms": round(run.status_milliseconds, 2),
    }
