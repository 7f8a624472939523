"""“I never signed up” stops all mail to the reader; many disputes pause the campaign."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supporters import clock
from supporters.campaigns.models import CampaignStatus
from supporters.cases.case_service import close_case
from supporters.cases.models import Case, CaseKind, DisputeStop
from supporters.cases.rules import NEWCOMER_FOR
from supporters.consent.models import ConsentEvent, EventKind
from supporters.consent.queries import list_events_of
from supporters.consent.record_models import ErasureReason
from supporters.database import db
from supporters.delivery.campaign_control import ControlResult, pause_campaign, resume_campaign
from supporters.delivery.completion import record_problem
from supporters.delivery.engine.sending_engine import send_here
from supporters.extensions import current_settings
from supporters.lists.models import MailingList
from supporters.lists.queries import list_subscriptions_of
from supporters.mail.models import EmailKind
from supporters.my_data.disputes import DisputeResult, report_dispute
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import ErasureOrder, erase_person
from tests.factories.accounts import make_owner
from tests.factories.campaigns import ANNA, RecordingTransport, launch, launch_to_addresses, reload
from tests.factories.lists import make_list
from tests.factories.rows import count_rows
from tests.factories.signups import make_subscriber, values_in
from tests.machinery.prepared_states import begins_with
from tests.web.console.pages import emails

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]


def cases() -> Sequence[Case]:
    """Return every case, oldest first."""
    return db.session.scalars(select(Case).order_by(Case.id)).all()


def people() -> list[int]:
    """Return the ids of all people."""
    return [*db.session.scalars(select(Subscriber.id).order_by(Subscriber.id))]


def campaign_to(count: int) -> int:
    """Return a running campaign to so many people."""
    return launch_to_addresses(*(f"person{number}@example.org" for number in range(count)))


def add_old_readers(_: Flask) -> int:
    """Make a list with 61 people who joined a year ago; return its id."""
    mailing_list = make_list()
    with clock.pretend(clock.now() - timedelta(days=365)):
        for number in range(61):
            make_subscriber(f"old{number}@orange.fr", mailing_list)
    return mailing_list.id


def campaign_among_old_readers(list_id: int, *latest: str) -> int:
    """Return a running campaign to the list of old readers, and to these who join just now."""
    mailing_list = db.session.get_one(MailingList, list_id)
    for address in latest:
        make_subscriber(address, mailing_list)
    return launch(mailing_list)


def test_the_reader_is_unsubscribed_and_restricted() -> None:
    national = make_list()
    anna = make_subscriber(ANNA, national, make_list("lyon", "Lyon"))
    campaign_id = launch(national)
    assert report_dispute(anna.id, campaign_id) is DisputeResult.RECORDED
    db.session.refresh(anna)
    assert anna.restricted_at is not None
    assert list_subscriptions_of(anna.id) == []
    assert sorted(event.kind for event, _ in list_events_of(anna.id)[-3:]) == [
        EventKind.RESTRICTED,
        EventKind.WITHDRAWN,
        EventKind.WITHDRAWN,
    ]


def test_a_case_with_its_clock_is_opened_for_the_campaign() -> None:
    campaign_id = launch_to_addresses(ANNA)
    report_dispute(people()[0], campaign_id)
    (case,) = cases()
    assert (case.kind, case.campaign_id) == (CaseKind.DISPUTE, campaign_id)
    assert case.due_at > case.received_at


def test_pressing_twice_changes_nothing_more() -> None:
    campaign_id = launch_to_addresses(ANNA)
    (anna,) = people()
    report_dispute(anna, campaign_id)
    events = count_rows(ConsentEvent)
    assert report_dispute(anna, campaign_id) is DisputeResult.RECORDED
    assert len(cases()) == 1
    assert count_rows(ConsentEvent) == events


def test_an_unknown_reader_leaves_no_trace() -> None:
    assert report_dispute(404, launch_to_addresses(ANNA)) is DisputeResult.UNKNOWN
    assert cases() == []


def test_a_campaign_that_is_gone_still_makes_a_case() -> None:
    anna = make_subscriber(ANNA, make_list())
    report_dispute(anna.id, 404)
    (case,) = cases()
    assert case.campaign_id is None


def test_four_disputes_stop_nothing() -> None:
    campaign_id = campaign_to(6)
    for each in people()[:4]:
        report_dispute(each, campaign_id)
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    assert emails(EmailKind.DISPUTE_PAUSE) == []


def test_the_fifth_pauses_the_campaign_and_nothing_more_leaves() -> None:
    campaign_id = campaign_to(6)
    for each in people()[:5]:
        report_dispute(each, campaign_id)
    stopped = reload(campaign_id)
    assert (stopped.status, stopped.problem) == (CampaignStatus.PAUSED, "contested: 5/0")
    transport = RecordingTransport()
    send_here(transport)
    assert transport.taken == []


def test_owners_and_the_data_protection_officer_are_notified_once_each() -> None:
    make_owner("owner@parti.example")
    campaign_id = campaign_to(7)
    for each in people()[:6]:
        report_dispute(each, campaign_id)
    written = emails(EmailKind.DISPUTE_PAUSE)
    assert len(written) == 2
    values = values_in(written[0])
    assert (values["contests"], values["is_paused"]) == (5, 1)
    assert values["campaign_url"].endswith(f"/console/campaigns/{campaign_id}")
    assert current_settings().dpo_contact


def test_after_resuming_only_new_disputes_count() -> None:
    campaign_id = campaign_to(12)
    for each in people()[:5]:
        report_dispute(each, campaign_id)
    assert resume_campaign(campaign_id) is ControlResult.DONE
    assert reload(campaign_id).problem is None
    for each in people()[5:9]:
        report_dispute(each, campaign_id)
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    report_dispute(people()[9], campaign_id)
    assert reload(campaign_id).status is CampaignStatus.PAUSED


@pytest.mark.both_databases
def test_a_sent_campaign_is_reported_but_not_paused() -> None:
    campaign_id = campaign_to(5)
    send_here(RecordingTransport())
    for each in people():
        report_dispute(each, campaign_id)
    assert reload(campaign_id).status is CampaignStatus.SENT
    (email,) = emails(EmailKind.DISPUTE_PAUSE)
    assert values_in(email)["is_paused"] == 0
    assert db.session.scalars(select(DisputeStop.accepted)).all() == [5]


def test_a_campaign_that_somebody_paused_says_so_too() -> None:
    campaign_id = campaign_to(6)
    pause_campaign(campaign_id)
    for each in people()[:5]:
        report_dispute(each, campaign_id)
    assert reload(campaign_id).problem == "contested: 5/0"


def test_a_sender_that_ends_keeps_the_reason_of_the_pause() -> None:
    campaign_id = campaign_to(6)
    for each in people()[:5]:
        report_dispute(each, campaign_id)
    record_problem(campaign_id, None)
    record_problem(campaign_id, "421")
    assert reload(campaign_id).problem == "contested: 5/0"


def test_a_problem_of_the_relay_is_set_and_cleared_as_before() -> None:
    campaign_id = launch_to_addresses(ANNA)
    record_problem(campaign_id, "421")
    assert reload(campaign_id).problem == "421"
    record_problem(campaign_id, None)
    assert reload(campaign_id).problem is None


@begins_with(add_old_readers)
def test_five_people_who_just_joined_stop_nothing_but_owners_are_notified_once(
    prepared: int,
) -> None:
    make_owner("owner@parti.example")
    opponents = [f"opponent@throwaway{number}.example" for number in range(6)]
    campaign_id = campaign_among_old_readers(prepared, *opponents)
    for each in people()[-6:]:
        report_dispute(each, campaign_id)
    campaign = reload(campaign_id)
    assert (campaign.status, campaign.problem) == (CampaignStatus.RUNNING, None)
    written = emails(EmailKind.DISPUTE_PAUSE)
    assert len(written) == 2
    values = values_in(written[0])
    assert (values["contests"], values["is_paused"], values["is_warning"]) == (5, 0, 1)


@begins_with(add_old_readers)
def test_five_throw_aways_at_five_providers_stop_nothing_in_their_first_month(
    prepared: int,
) -> None:
    providers = ("gmail.com", "proton.me", "yahoo.fr", "gmx.de", "laposte.net")
    campaign_id = campaign_among_old_readers(prepared, *(f"x@{each}" for each in providers))
    with clock.pretend(clock.now() + NEWCOMER_FOR - timedelta(days=1)):
        for each in people()[-5:]:
            assert report_dispute(each, campaign_id) is DisputeResult.RECORDED
    assert reload(campaign_id).status is CampaignStatus.RUNNING


@begins_with(add_old_readers)
def test_five_people_who_joined_long_ago_stop_it_with_a_newcomer_among_them(prepared: int) -> None:
    campaign_id = campaign_among_old_readers(prepared, "new@laposte.net", "newer@laposte.net")
    for each in (*people()[-2:], *people()[:3]):
        report_dispute(each, campaign_id)
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    report_dispute(people()[3], campaign_id)
    assert reload(campaign_id).status is CampaignStatus.PAUSED


@begins_with(add_old_readers)
def test_people_who_were_erased_since_count_as_one(prepared: int) -> None:
    campaign_id = campaign_among_old_readers(prepared)
    for each in people()[:2]:
        report_dispute(each, campaign_id)
        erase_person(each, ErasureOrder(reason=ErasureReason.ASKED))
    for each in people()[:3]:
        report_dispute(each, campaign_id)
    assert reload(campaign_id).status is CampaignStatus.RUNNING
    report_dispute(people()[3], campaign_id)
    assert reload(campaign_id).problem == "contested: 6/0"


@begins_with(add_old_readers)
def test_repeated_disputes_of_the_same_people_are_reported_once(prepared: int) -> None:
    campaign_id = campaign_among_old_readers(
        prepared, *(f"p{each}@throwaway.example" for each in range(5))
    )
    opponents = people()[-5:]
    for each in opponents:
        report_dispute(each, campaign_id)
    for case in cases():
        close_case(case.id, "answered", by=None)
    report_dispute(opponents[0], campaign_id)
    assert len(cases()) == 6
    assert len(emails(EmailKind.DISPUTE_PAUSE)) == 1
