"""Forged emails about each person, as bytes: every table but that of arrivals is as before."""

from base64 import b32decode, b32encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.crypto.tokens import TokenPurpose
from supporters.database import Model, db, transaction, update_where
from supporters.delivery.models import Delivery
from supporters.extensions import current_settings, current_tokens
from supporters.feedback.intake.apply_report import Effect, Source, apply_reports
from supporters.feedback.models import FeedbackReport
from supporters.feedback.reports.report_reader import read_report
from supporters.lists.queries import get_list
from supporters.mail.links import link_to
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    launch,
    launch_to_addresses,
    send,
    subscriber_at,
)
from tests.factories.returned.feedback import token_of
from tests.machinery.prepared_states import begins_with

PEOPLE = (ANNA, BORIS, CHLOE)
BOUNCES = "bounces@parti.example"
OCTETS_OF_AN_ID = 8
BOUNCE = """From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such user

--cut
Content-Type: message/rfc822

{enclosed}
To: {address}

--cut--
"""
COMPLAINT = """From: loop@provider.example
To: {to}
Subject: Complaint
Content-Type: multipart/report; report-type=feedback-report; boundary="cut"

--cut
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: loop/1
Version: 1
Original-Rcpt-To: {address}

--cut
Content-Type: message/rfc822

{enclosed}
To: {address}

--cut--
"""
LEAVING = "From: {address}\nTo: {to}\nSubject: unsubscribe\n\n{enclosed}\n"
LETTERS = (BOUNCE, COMPLAINT, LEAVING)
Forgery = tuple[str, str]  # where it is sent to, and a line of the enclosed email


def sent(_app: Flask) -> tuple[int, int]:
    """Send two campaigns to the people, the first one long ago; return their ids."""
    ids = launch_to_addresses(*PEOPLE), launch(get_list(1))
    send()
    with transaction():
        long_ago = clock.now() - timedelta(days=14, seconds=1)
        update_where(Delivery, Delivery.campaign_id == ids[0], settled_at=long_ago)
    return ids


def list_rows() -> dict[str, list[str]]:
    """Return all rows of all tables that no arrival writes by itself."""
    db.session.rollback()
    tables = (each for each in Model.metadata.sorted_tables if each.name != "feedback_report")
    return {each.name: sorted(map(repr, db.session.execute(select(each)))) for each in tables}


def list_forgeries(campaign_id: int, person: int, neighbour: int) -> Iterator[Forgery]:
    """Yield what somebody can make up of an own email, and of what else they know."""
    settings = current_settings()
    foreign = replace(settings, secret_keys=("the key of another installation, " * 2,))
    right, other = token_of(campaign_id, person), token_of(campaign_id, neighbour)
    changed = right.replace("+", "+a" if not right.partition("+")[2].startswith("a") else "+b")
    yield from ((each, f"Return-Path: <{each}>") for each in (BOUNCES, changed, right[1:-40]))
    for number, key in ((campaign_id, foreign), (TRANSACTIONAL, foreign)):
        yield EnvelopeWriter(key, number).write(person), f"CFBL-Address: {BOUNCES}"
    yield from ((each, "Sender: x@y.example") for each in mix(right, other))
    yield BOUNCES, f"Message-ID: <c{campaign_id}.{person}.1@parti.example>"
    tokens = current_tokens()
    payload: list[str | int] = [person, 1, campaign_id]
    leave = tokens.sign(TokenPurpose.UNSUBSCRIBE, payload)
    for link in (
        link_to("public.leave", token=leave[:-2] + ("A" if leave[-2] != "A" else "B") + leave[-1]),
        link_to("public.leave", token=tokens.sign(TokenPurpose.MANAGE, payload)),
        link_to("public.leave", token=leave).replace(settings.base_url, "https://evil.example"),
    ):
        yield BOUNCES, f"List-Unsubscribe: <{link}>"


def mix(right: str, other: str) -> Iterator[str]:
    """Yield addresses with the parts of right tokens at wrong places."""
    start, _, rest = right.partition("+")
    octets, others = (
        b32decode(each.partition("+")[2].partition("@")[0], casefold=True)
        for each in (right, other)
    )
    ids, cut = 2 * OCTETS_OF_AN_ID, OCTETS_OF_AN_ID
    for mixed in (
        octets[:ids] + others[ids:],
        others[:ids] + octets[ids:],
        octets[cut:ids] + octets[:cut] + octets[ids:],
        bytes(cut) + octets[cut:],
    ):
        yield f"{start}+{b32encode(mixed).decode().lower()}@{rest.partition('@')[2]}"


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
@begins_with(sent)
def test_forged_emails_about_everybody_change_no_row(prepared: tuple[int, int]) -> None:
    old, new = prepared
    before, now = list_rows(), clock.now()
    people = [subscriber_at(each).id for each in PEOPLE]
    emails = [
        (letter, address, forgery)
        for address, person, neighbour in zip(PEOPLE, people, people[1:] + people[:1], strict=True)
        for letter in LETTERS
        for forgery in list_forgeries(new, person, neighbour)
    ]
    named = zip(PEOPLE, people, strict=True)
    emails += [(BOUNCE, address, (token_of(old, each), "X: 1")) for address, each in named]
    for letter, address, (to, enclosed) in emails:
        raw = letter.format(to=to, address=address, enclosed=enclosed).encode()
        apply_reports([(read_report(raw, (to,)), raw)], Source.LMTP, now)
    assert list_rows() == before
    ignored = {Effect.IGNORED_NO_TOKEN, Effect.IGNORED_TOO_OLD}
    assert {*db.session.scalars(select(FeedbackReport.effect))} == ignored


@pytest.mark.both_databases
@pytest.mark.usefixtures("app")
@begins_with(sent)
def test_right_token_that_is_replayed_a_hundred_times_acts_once(prepared: tuple[int, int]) -> None:
    to = token_of(prepared[1], subscriber_at(ANNA).id)
    before, now = list_rows(), clock.now()
    once = None
    for number in range(100):
        for letter in (BOUNCE, COMPLAINT):
            raw = letter.format(to=to, address=ANNA, enclosed=f"X-Number: {number}").encode()
            apply_reports([(read_report(raw, (to,)), raw)], Source.LMTP, now)
        once = once or list_rows()
    assert before != once == list_rows()
