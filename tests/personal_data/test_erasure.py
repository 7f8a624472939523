"""Erasing a person: all data goes at once, and the ledger still adds up."""

from collections.abc import Callable

import pytest
from flask import Flask

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.consent.erasure_records import read_records
from supporters.consent.log_sealing import seal
from supporters.consent.models import ConsentEvent, Method
from supporters.consent.queries import is_suppressed
from supporters.consent.record_forms import describe_erasure
from supporters.consent.record_models import Erasure, ErasureReason
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.delivery.claims import claim_batch
from supporters.delivery.completion import finish_if_done
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.models import Delivery
from supporters.delivery.progress import get_progress
from supporters.delivery.results import record_batch
from supporters.people.addresses import parse_address
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import (
    EraseResult,
    ErasureOrder,
    erase_address,
    erase_person,
    finish_erasures,
)
from supporters.personal_data.models import PendingErasure
from supporters.signup.confirmation import ConfirmError, confirm_by_link
from supporters.signup.models import SignupRequest
from supporters.transparency_log.log_records import erasure_key
from supporters.transparency_log.models import LogEntry
from tests.factories.campaigns import (
    ACCEPTED,
    ANNA,
    BORIS,
    CHLOE,
    DEFERRED,
    RecordingTransport,
    batches,
    claim,
    launch,
    launch_to_addresses,
    ledger,
    reload,
    subscriber_at,
)
from tests.factories.lists import make_list
from tests.factories.rows import count_anew
from tests.factories.signups import ADDRESS, confirm_token, make_subscriber, request_to_join
from tests.machinery.threads import at_once, in_threads

pytestmark = pytest.mark.either_database


def erase(address: str) -> EraseResult:
    return erase_person(subscriber_at(address).id, ErasureOrder(reason=ErasureReason.ASKED))


def test_nothing_is_left_but_the_suppression_and_the_log(app: Flask) -> None:
    camille = make_subscriber(ADDRESS, make_list(), given_name="Camille")
    mac, records = camille.address_mac, count_anew(ConsentEvent)
    entries = count_anew(LogEntry)
    assert erase(ADDRESS) is EraseResult.DONE
    assert [count_anew(each) for each in (Subscriber, ConsentEvent, SignupRequest)] == [0, 0, 0]
    assert is_suppressed(mac, [EVERYTHING], clock.now())
    erasure = db.session.scalars(db.select(Erasure)).one()
    assert len(read_records(erasure)) == records == erasure.record_count
    assert count_anew(LogEntry) == entries + 2  # the erasure, and the suppression


@pytest.mark.both_databases
def test_the_erasure_names_the_entries_that_nobody_can_open_any_more(app: Flask) -> None:
    make_subscriber(ADDRESS, make_list())
    rows = db.session.execute(db.select(ConsentEvent.kind, ConsentEvent.id)).all()
    erase(ADDRESS)
    erasure = db.session.scalars(db.select(Erasure)).one()
    assert {*read_records(erasure)} == {(kind.value, event_id) for kind, event_id in rows}
    entry = db.session.get_one(LogEntry, ("erased", erasure.id))
    assert entry.commitment == describe_erasure(erasure, key=erasure_key()).commitment
    assert seal() > len(rows)


def test_a_second_erasure_finds_nobody(app: Flask) -> None:
    camille = make_subscriber(ADDRESS, make_list())
    subscriber_id = camille.id
    erase(ADDRESS)
    assert (
        erase_person(subscriber_id, ErasureOrder(reason=ErasureReason.ASKED)) is EraseResult.UNKNOWN
    )
    assert count_anew(Erasure) == 1


def test_an_unconfirmed_signup_is_erased_and_its_link_is_dead(app: Flask) -> None:
    mailing_list = make_list()
    make_subscriber(ADDRESS, mailing_list)
    public_id = request_to_join(ADDRESS, make_list("paris", "Paris"))
    request = db.session.scalars(
        db.select(SignupRequest).where(SignupRequest.public_id == public_id)
    ).one()
    assert request.confirmed_at is None
    erase(ADDRESS)
    assert count_anew(SignupRequest) == 0


def test_an_unknown_address_is_suppressed_and_its_signup_erased(app: Flask) -> None:
    public_id = request_to_join(ADDRESS, make_list())
    token = confirm_token(public_id)
    address = parse_address(ADDRESS)
    assert (
        erase_address(address, ErasureOrder(reason=ErasureReason.ASKED, method=Method.ORGANISER))
        is EraseResult.UNKNOWN
    )
    assert confirm_by_link(token) is ConfirmError.EXPIRED
    assert count_anew(Subscriber) == 0


def test_an_erased_person_who_signs_up_again_is_new_with_a_new_key(app: Flask) -> None:
    mailing_list = make_list()
    before = make_subscriber(ADDRESS, mailing_list)
    salt, mac = before.log_salt, before.address_mac
    erase(ADDRESS)
    after = make_subscriber(ADDRESS, mailing_list)
    assert after.log_salt != salt
    assert not is_suppressed(mac, [EVERYTHING], clock.now())


def test_a_waiting_campaign_skips_the_person_and_adds_up(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS, CHLOE)
    assert erase(BORIS) is EraseResult.DONE
    transport = RecordingTransport()
    send_here(transport)
    assert sorted(transport.recipients) == [ANNA, CHLOE]
    assert reload(campaign_id).status is CampaignStatus.SENT
    progress = get_progress(campaign_id)
    assert (progress.audience, progress.accepted, progress.skipped) == (3, 2, 1)


@pytest.mark.both_databases
def test_a_deferred_delivery_is_erased_and_the_campaign_finishes(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport({ANNA: ACCEPTED, BORIS: DEFERRED}.__getitem__))
    assert erase(BORIS) is EraseResult.DONE
    assert finish_if_done(campaign_id)
    assert [(each.accepted, each.deferred, each.skipped) for each in batches(campaign_id)] == [
        (1, 0, 1)
    ]


def test_a_sent_campaign_keeps_its_published_figures(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    send_here(RecordingTransport())
    before = get_progress(campaign_id)
    erase(ANNA)
    assert get_progress(campaign_id) == before
    assert (reload(campaign_id).audience, reload(campaign_id).problem) == (2, None)
    assert count_anew(Delivery) == 1


def test_a_claimed_delivery_leaves_a_row_without_name_or_address(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    claimed = claim(campaign_id)
    assert claimed is not None
    boris = subscriber_at(BORIS).id
    assert erase(BORIS) is EraseResult.UNDER_WAY
    remaining = db.session.get_one(Subscriber, boris)
    assert (remaining.given_name, "boris" in remaining.address + remaining.address_key) == (
        None,
        False,
    )
    assert finish_erasures() == 0
    record_batch(claimed, [(to, ACCEPTED) for to in claimed.recipients], now=clock.now())
    assert finish_erasures() == 1
    assert (count_anew(Subscriber), count_anew(PendingErasure), count_anew(Delivery)) == (1, 0, 1)
    assert finish_if_done(campaign_id)
    assert get_progress(campaign_id).accepted == 2
    assert count_anew(Erasure) == 1


def test_no_other_sender_writes_to_a_person_under_erasure(app: Flask) -> None:
    campaign_id = launch_to_addresses(ANNA, BORIS)
    claimed = claim(campaign_id)
    assert claimed is not None
    erase(BORIS)
    record_batch(claimed, [], now=clock.now())
    transport = RecordingTransport()
    send_here(transport)
    assert transport.recipients == [ANNA]
    finish_erasures()
    assert finish_if_done(campaign_id) or reload(campaign_id).status is CampaignStatus.SENT
    assert ledger(campaign_id).keys() == {ANNA}


@pytest.mark.both_databases
def test_two_erasures_at_once_erase_once(app: Flask) -> None:
    camille = make_subscriber(ADDRESS, make_list()).id
    outcomes = in_threads(
        app, [lambda: erase_person(camille, ErasureOrder(reason=ErasureReason.ASKED))] * 2
    )
    assert sorted(each.name for each in outcomes) == ["DONE", "UNKNOWN"]
    assert count_anew(Erasure) == 1


def test_a_person_who_is_not_due_any_more_under_the_lock_is_not_erased(app: Flask) -> None:
    camille = make_subscriber(ADDRESS, make_list()).id
    order = ErasureOrder(reason=ErasureReason.EXPIRED, is_due=lambda: False)
    assert erase_person(camille, order) is EraseResult.UNKNOWN
    assert count_anew(Subscriber) == 1
    assert not is_suppressed(subscriber_at(ADDRESS).address_mac, [EVERYTHING], clock.now())


@pytest.mark.both_databases
def test_many_erasures_at_once_during_a_sending_leave_one_pending_erasure(app: Flask) -> None:
    assert claim(launch_to_addresses(ANNA, BORIS)) is not None
    boris = subscriber_at(BORIS).id
    outcomes = at_once(
        app, lambda: erase_person(boris, ErasureOrder(reason=ErasureReason.ASKED)), workers=4
    )
    assert outcomes == [EraseResult.UNDER_WAY] * 4
    assert count_anew(PendingErasure) == 1


def test_a_pending_erasure_stays_under_way_when_repeated(app: Flask) -> None:
    assert claim(launch_to_addresses(ANNA, BORIS)) is not None
    boris = subscriber_at(BORIS).id
    outcomes = [erase_person(boris, ErasureOrder(reason=ErasureReason.ASKED)) for _ in range(2)]
    assert outcomes == [EraseResult.UNDER_WAY] * 2


@pytest.mark.both_databases
def test_erasing_while_confirming_leaves_a_whole_person_or_none(app: Flask) -> None:
    mailing_list, other = make_list(), make_list("paris", "Paris")
    camille = make_subscriber(ADDRESS, mailing_list).id
    token = confirm_token(request_to_join(f"{ADDRESS}", other))
    acts: list[Callable[[], object]] = [
        lambda: erase_person(camille, ErasureOrder(reason=ErasureReason.ASKED)),
        lambda: confirm_by_link(token),
    ]
    in_threads(app, acts)
    assert (count_anew(Subscriber), count_anew(ConsentEvent), count_anew(SignupRequest)) == (
        0,
        0,
        0,
    )


@pytest.mark.both_databases
def test_erasing_while_senders_claim_and_record_adds_up(app: Flask) -> None:
    addresses = [f"person{number}@example.org" for number in range(45)]
    campaign_id = launch_to_addresses(*addresses)
    targets = [subscriber_at(address).id for address in addresses[::9]]

    def erase_some() -> None:
        for target in targets:
            erase_person(target, ErasureOrder(reason=ErasureReason.ASKED))

    def send_some(sender: str) -> None:
        while (claimed := claim_batch(campaign_id, sender, now=clock.now())) is not None:
            record_batch(claimed, [(to, ACCEPTED) for to in claimed.recipients], now=clock.now())

    in_threads(app, [erase_some, lambda: send_some("one"), lambda: send_some("two")])
    db.session.rollback()  # ends the snapshot from before the threads
    finish_erasures()
    send_some("three")
    assert finish_if_done(campaign_id) or reload(campaign_id).status is CampaignStatus.SENT
    assert count_anew(Delivery) == len(addresses) - len(targets)
    assert get_progress(campaign_id).settled == len(addresses)


@pytest.mark.both_databases
def test_launching_and_erasing_at_once_both_succeed(app: Flask) -> None:
    mailing_list = make_list()
    for address in (ANNA, BORIS):
        make_subscriber(address, mailing_list)
    boris = subscriber_at(BORIS).id
    in_threads(
        app,
        [
            lambda: launch(mailing_list),
            lambda: erase_person(boris, ErasureOrder(reason=ErasureReason.ASKED)),
        ],
    )
    assert (count_anew(Subscriber), count_anew(Delivery)) == (1, 1)
