"""A report changes a person only with a token of ours, once, and as its kind says."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask

from supporters import clock
from supporters.bounce_classes.classes import BounceClass
from supporters.consent.models import ConsentEvent, EventKind, Method
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.consent.withdrawal_journal import journal_path, read_withdrawals
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction, update_where
from supporters.delivery.after_sending.models import ANSWERS, COMPLAINTS
from supporters.delivery.after_sending.return_counts import list_returns
from supporters.delivery.models import Delivery
from supporters.extensions import current_tokens
from supporters.feedback.intake import apply_report as intake
from supporters.feedback.intake.apply_report import Effect, Source, apply_report, apply_reports
from supporters.feedback.models import FeedbackReport
from supporters.feedback.reports.report import Report, ReportKind
from supporters.lists.models import Subscription
from supporters.lists.subscriptions import list_purposes_of
from supporters.mail.links import link_to
from supporters.mail.models import OutboxEmail
from tests.factories.campaigns import ANNA, BORIS, CHLOE, launch_to_addresses, send, subscriber_at
from tests.factories.returned.feedback import report_on
from tests.machinery.prepared_states import begins_with

PEOPLE = (ANNA, BORIS, CHLOE, *(f"p{number:02}@example.net" for number in range(9)))


def sent(_app: Flask) -> int:
    """Send a campaign to the people; return its id."""
    campaign_id = launch_to_addresses(*PEOPLE)
    send()
    return campaign_id


pytestmark = [pytest.mark.usefixtures("app"), begins_with(sent)]


def apply(report: Report, now: datetime | None = None, raw: bytes | None = None) -> Effect:
    """Apply a report that came by IMAP."""
    return apply_report(report, Source.IMAP, now or clock.now(), raw)


def state() -> tuple[object, ...]:
    """Return all that reports may change, but when."""
    db.session.rollback()
    db.session.expire_all()
    return (
        sorted(db.session.scalars(db.select(Subscription.subscriber_id))),
        sorted(db.session.scalars(db.select(ConsentEvent.subscriber_id))),
        sorted((key, *sums.items()) for key, sums in list_returns([1]).items()),
        sorted(
            db.session.execute(
                db.select(
                    FeedbackReport.natural_key,
                    FeedbackReport.effect,
                    FeedbackReport.bounce_class,
                )
            ).all(),
            key=str,
        ),
        db.session.scalar(db.select(db.func.count()).select_from(OutboxEmail)),
    )


def people_on_lists() -> int:
    """Return how many subscriptions there are."""
    db.session.rollback()
    return db.session.scalar(db.select(db.func.count()).select_from(Subscription)) or 0


@pytest.mark.both_databases
def test_a_dead_mailbox_keeps_its_consent_and_is_not_written_to(prepared: int) -> None:
    report = report_on(prepared, ANNA)
    shouted = replace(report, tokens=tuple(each.upper() for each in report.tokens))
    assert apply(shouted) is Effect.UNREACHABLE
    assert people_on_lists() == len(PEOPLE)
    assert list_returns([prepared])[prepared] == {"no_mailbox": 1}


def test_a_token_counts_for_two_weeks_and_leaving_always(prepared: int) -> None:
    late = clock.now() + timedelta(days=15)
    assert apply(report_on(prepared, ANNA), late) is Effect.IGNORED_TOO_OLD
    assert apply(report_on(prepared, BORIS), late - timedelta(days=2)) is Effect.UNREACHABLE
    assert apply(report_on(prepared, ANNA, ReportKind.COMPLAINT), late) is Effect.LEFT
    assert apply(report_on(prepared, CHLOE, ReportKind.UNSUBSCRIBE), late) is Effect.LEFT_LIST


def test_leaving_works_after_the_ledger_is_purged(prepared: int) -> None:
    report = report_on(prepared, CHLOE, ReportKind.UNSUBSCRIBE)
    with transaction():
        db.session.execute(db.delete(Delivery))
    assert apply(report) is Effect.LEFT_LIST
    assert people_on_lists() == len(PEOPLE) - 1


@pytest.mark.both_databases
def test_a_complaint_ends_everything_and_writes_to_nobody(prepared: int) -> None:
    person = subscriber_at(ANNA)
    before = db.session.scalar(db.select(db.func.count()).select_from(OutboxEmail))
    assert apply(report_on(prepared, ANNA, ReportKind.COMPLAINT, feedback_type="Abuse"))
    db.session.expire_all()
    last = db.session.scalars(
        db.select(ConsentEvent)
        .where(ConsentEvent.subscriber_id == person.id)
        .order_by(ConsentEvent.id.desc())
    ).first()
    assert last is not None
    assert (last.kind, last.method) == (EventKind.WITHDRAWN, Method.COMPLAINT)
    assert not list_purposes_of(person.id)
    assert is_suppressed(person.address_mac, [EVERYTHING], clock.now())
    assert {each.method for each in read_withdrawals(journal_path())[0]} == {Method.COMPLAINT}
    told = db.select(db.func.count()).select_from(OutboxEmail).where(OutboxEmail.encrypted != b"")
    assert db.session.scalar(told) == before
    assert list_returns([prepared])[prepared] == {COMPLAINTS: 1}


def test_only_abuse_and_opt_out_are_the_will_of_a_person(prepared: int) -> None:
    types = ("abuse", "OPT-OUT", None, "auth-failure", "not-spam", "fraud", "virus", "other")
    found = [
        apply(report_on(prepared, address, ReportKind.COMPLAINT, feedback_type=each))
        for each, address in zip(types, PEOPLE, strict=False)
    ]
    assert found == [Effect.LEFT] * 3 + [Effect.NONE] * 5
    assert people_on_lists() == len(PEOPLE) - 3


def test_the_links_of_an_enclosed_email_are_tokens_for_those_who_leave(prepared: int) -> None:
    person, consent = subscriber_at(ANNA), subscriber_at(BORIS)
    tokens = current_tokens()
    leave = tokens.sign(TokenPurpose.UNSUBSCRIBE, [person.id, 1, prepared])
    why = tokens.sign(TokenPurpose.WHY, [consent.id, 1, prepared])
    links = link_to("public.leave", token=leave), link_to("public.why", lang_code="fr", token=why)
    effects = [
        apply(Report(kind=kind, links=(link,)))
        for kind in (ReportKind.BOUNCE, ReportKind.COMPLAINT)
        for link in links
    ]
    assert effects == [Effect.IGNORED_NO_TOKEN] * 2 + [Effect.LEFT] * 2
    assert people_on_lists() == len(PEOPLE) - 2


def test_what_speaks_of_nothing_final_changes_nothing(prepared: int) -> None:
    before = state()[:3]
    quiet = (
        *(ReportKind.DELAY, ReportKind.DELIVERED, ReportKind.AUTO_REPLY),
        ReportKind.OTHER_FEEDBACK,
    )
    assert {apply(report_on(prepared, ANNA, each)) for each in quiet} == {Effect.NONE}
    assert state()[:3] == before


def stream(campaign_id: int) -> list[tuple[Report, bytes | None]]:
    """Return one report of each sort, each for another person."""
    kinds = [
        *(ReportKind.BOUNCE, ReportKind.COMPLAINT, ReportKind.UNSUBSCRIBE, ReportKind.ANSWER),
        *(ReportKind.DELAY, ReportKind.AUTO_REPLY, ReportKind.OTHER_FEEDBACK),
    ]
    reports = [report_on(campaign_id, PEOPLE[at], kind) for at, kind in enumerate(kinds)]
    soft = report_on(campaign_id, PEOPLE[7], bounce_class=BounceClass.FULL)
    ours = report_on(campaign_id, PEOPLE[8], bounce_class=BounceClass.REPUTATION)
    of_nobody = Report(kind=ReportKind.BOUNCE, tokens=("x@y.example",))
    garbage = Report(kind=ReportKind.UNREADABLE)
    return [
        *((each, f"Subject: {number}\r\n\r\n".encode()) for number, each in enumerate(reports)),
        *((soft, None), (ours, None), (of_nobody, b"x"), (garbage, b"\0\r")),
    ]


def shuffle(
    reports: Sequence[tuple[Report, bytes | None]], seed: int
) -> list[tuple[Report, bytes | None]]:
    """Return reports in another order, the same in each run."""
    drawn = (hashlib.sha256(f"{seed} {at}".encode()).digest() for at in range(len(reports)))
    return [each for _, each in sorted(zip(drawn, reports, strict=True), key=lambda pair: pair[0])]


def in_batches(
    reports: Sequence[tuple[Report, bytes | None]], size: int
) -> list[Sequence[tuple[Report, bytes | None]]]:
    """Cut reports into batches."""
    return [reports[at : at + size] for at in range(0, len(reports), size)]


@pytest.mark.both_databases
def test_shuffled_and_doubled_streams_end_in_the_same_state(prepared: int) -> None:
    now, reports = clock.now(), stream(prepared)
    apply_reports(reports, Source.IMAP, now)
    once = state()
    for seed in range(3):
        for each in in_batches(shuffle([*reports, *reports], seed), 5):
            assert {*apply_reports(each, Source.SES, now)} == {Effect.REPEATED}
    assert state() == once


def test_the_order_of_a_stream_does_not_matter(prepared: int) -> None:
    reports = shuffle([*stream(prepared), *stream(prepared)], 1)
    effects = [
        effect
        for each in in_batches(reports, 4)
        for effect in apply_reports(each, Source.LMTP, clock.now())
    ]
    done = sorted(each.value for each in effects if each is not Effect.REPEATED)
    assert done == sorted(
        each.value
        for each in (
            *(Effect.UNREACHABLE, Effect.LEFT, Effect.LEFT_LIST, Effect.ANSWER_PASSED_ON),
            *(Effect.NONE, Effect.NONE, Effect.NONE, Effect.COUNTED, Effect.ABOUT_US),
            *(Effect.IGNORED_NO_TOKEN, Effect.UNREADABLE),
        )
    )
    assert list_returns([prepared])[prepared] == {
        "no_mailbox": 1,
        "full": 1,
        "reputation": 1,
        COMPLAINTS: 1,
        ANSWERS: 1,
    }


@pytest.mark.both_databases
def test_a_crash_before_the_commit_undoes_all_and_the_next_reading_does_it_once(
    prepared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, reports = state(), stream(prepared)
    with monkeypatch.context() as patched:
        patched.setattr(intake, "write_effects", die)
        with pytest.raises(KeyboardInterrupt):
            apply_reports(reports, Source.MAILDIR, clock.now())
    assert state() == before
    effects = apply_reports(reports, Source.MAILDIR, clock.now())
    assert Effect.REPEATED not in effects
    assert people_on_lists() == len(PEOPLE) - 2


def die(*_args: object) -> None:
    """End as a process does that is killed."""
    raise KeyboardInterrupt


def test_a_bounce_that_overtakes_the_record_of_its_attempt_counts(prepared: int) -> None:
    with transaction():
        update_where(Delivery, Delivery.campaign_id == prepared, settled_at=None)
    assert apply(report_on(prepared, ANNA)) is Effect.UNREACHABLE
