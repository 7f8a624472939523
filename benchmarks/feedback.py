"""Reads and applies the bounces of a campaign: a second, in one process, and how memory grows.

A campaign is sent to people; then the notices about their messages stand in a Maildir, as a Postfix
writes them. One process reads it, as the worker does. The results:

- rate: bounces read, applied and deleted a second; at least 100 are asked for
- cpu_ms: CPU time of each, parsing processes included, without the database's
- megabytes, megabytes_at_end: memory of the process and its parsing processes after the first tenth
  of the bounces, and at the end
- unreachable, counted, other: what the bounces did

    PYTHONPATH=. .venv/bin/python benchmarks/feedback.py --bounces 100000
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

from sqlalchemy import select

from benchmarks.parts.printing import Figure, print_results
from benchmarks.parts.processes import cpu_seconds, family_megabytes
from benchmarks.parts.product import Product, add_options, product_from_options
from supporters.database import db
from supporters.delivery.models import Delivery
from supporters.extensions import current_settings
from supporters.feedback.intake.apply_report import Effect, Source
from supporters.feedback.readers.bounded_parser import BoundedParser
from supporters.feedback.readers.maildir import Maildir
from supporters.feedback.readers.returned_emails import EmailIntake, Outcome, ReturnedEmail
from supporters.mail.message.envelope_senders import EnvelopeWriter
from supporters.people.models import Subscriber

ASKED_RATE = 100
GROWTH_MEGABYTES = 16
REPLIES = (
    ("5.1.1", "550 5.1.1 <{address}>: Recipient address rejected: User unknown"),
    ("5.2.2", "552 5.2.2 The mailbox is full"),
    ("4.4.1", "connect to mx.example.org[192.0.2.1]:25: Connection timed out"),
    ("5.7.1", "550 5.7.1 Message refused by our policy"),
)
NOTICE = """Return-Path: <>
X-Original-To: {sender}
Delivered-To: {sender}
Date: Tue, 01 Dec 2026 08:00:53 +0000 (UTC)
From: Mail Delivery System <MAILER-DAEMON@relay.example>
Subject: Undelivered Mail Returned to Sender
To: {sender}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="CUT/relay.example"
Message-Id: <{number}@relay.example>

This is a MIME-encapsulated message.

--CUT/relay.example
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

This is the mail system at host relay.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<{address}>: host mx.example.org[192.0.2.1] said: {words} (in reply to RCPT TO command)

--CUT/relay.example
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Tue, 01 Dec 2026 08:00:52 +0000 (UTC)

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--CUT/relay.example
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <{sender}>
From: La Lettre <lettre@parti.example>
To: {address}
Subject: La Lettre nationale

--CUT/relay.example--
"""


class _Watch(EmailIntake):
    """Counts what an intake does, and measures the memory after a tenth."""

    def __init__(self, made: Product, parser: BoundedParser, bounces: int) -> None:
        super().__init__(made.installation.app, parser, Source.MAILDIR)
        self.effects: Counter[Effect | None] = Counter()
        self.megabytes = 0.0
        self._bounces = bounces

    def take(self, emails: Sequence[ReturnedEmail]) -> list[Outcome]:
        """Take a batch."""
        outcomes = super().take(emails)
        self.effects.update(each.effect for each in outcomes)
        if not self.megabytes and self.effects.total() >= self._bounces / 10:
            self.megabytes = family_megabytes(os.getpid())
        return outcomes


def main() -> int:
    """Run once. Return 0 if all are applied, fast enough, in steady memory."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bounces", type=int, default=100_000)
    add_options(parser)
    options = parser.parse_args()
    parsing = BoundedParser()  # before the first thread
    with product_from_options(options) as made:
        made.fill(options.bounces)
        made.send()
        figures = _read(made, parsing, options.bounces)
    parsing.close()
    print_results(figures, is_json=options.json)
    growth = float(figures["megabytes_at_end"]) - float(figures["megabytes"])
    is_right = not figures["left"] and growth < GROWTH_MEGABYTES
    return 0 if is_right and float(figures["rate"]) >= ASKED_RATE else 1


def _read(made: Product, parsing: BoundedParser, bounces: int) -> dict[str, Figure]:
    folder = made.folder / "returned"
    for part in ("new", "cur", "tmp"):
        (folder / part).mkdir(parents=True)
    with made.installation.app.app_context():
        for number, notice in enumerate(_write_notices(bounces)):
            (folder / "new" / f"{number:07}").write_bytes(notice)
    watch = _Watch(made, parsing, bounces)
    used, began = cpu_seconds(os.getpid()), time.monotonic()
    with made.installation.app.app_context():
        Maildir(str(folder)).take_all(watch, Event())
    seconds = time.monotonic() - began
    used = cpu_seconds(os.getpid()) - used
    known = {Effect.UNREACHABLE, Effect.COUNTED}
    return {
        "bounces": watch.effects.total(),
        "rate": round(watch.effects.total() / seconds, 1),
        "cpu_ms": round(1000 * used / bounces, 3),
        "megabytes": round(watch.megabytes, 1),
        "megabytes_at_end": round(family_megabytes(os.getpid()), 1),
        "unreachable": watch.effects[Effect.UNREACHABLE],
        "counted": watch.effects[Effect.COUNTED],
        "other": sum(count for effect, count in watch.effects.items() if effect not in known),
        "left": len([*Path(folder, "new").iterdir()]),
        "database": made.installation.describe_database(),
    }


def _write_notices(bounces: int) -> Iterator[bytes]:
    """Yield a notice for each message that was sent, by turns of four kinds."""
    sent = select(Delivery.campaign_id, Delivery.subscriber_id, Subscriber.address)
    sent = sent.join(Subscriber, Subscriber.id == Delivery.subscriber_id).limit(bounces)
    writers: dict[int, EnvelopeWriter] = {}
    for number, (campaign_id, subscriber_id, address) in enumerate(db.session.execute(sent)):
        if campaign_id not in writers:
            writers[campaign_id] = EnvelopeWriter(current_settings(), campaign_id)
        status, words = REPLIES[number % len(REPLIES)]
        yield NOTICE.format(
            sender=writers[campaign_id].write(subscriber_id),
            number=number,
            address=address,
            status=status,
            words=words.format(address=address),
        ).encode()


if __name__ == "__main__":
    sys.exit(main())
