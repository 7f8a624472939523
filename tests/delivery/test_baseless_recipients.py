"""A campaign leaves out people without a valid consent, counts them, and tells who must know."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from supporters.audit_log.audit_events import AuditEvent
from supporters.campaigns.models import Campaign
from supporters.consent.models import Method
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.acts import DeliveryAct, DeliveryNotice
from supporters.delivery.after_sending.departure_counts import NO_CAMPAIGN
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.baseless_recipients import report_baseless
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.grace import take_back_launch
from supporters.delivery.launch import LaunchError
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.extensions import current_tokens
from supporters.lists.baseless_subscriptions import BaselessSubscriptions
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import object_to_everything, unsubscribe_from_list
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.people.models import Subscriber
from tests.factories.accounts import make_owner
from tests.factories.approvals import launch_ready, notices
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    claim,
    delivery_to,
    launch,
    ledger,
    reload,
)
from tests.factories.consent.tampering import drop_triggers, invent_subscriber, put_back_on_list
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.sending_day.planned import grace_of
from tests.factories.signups import make_subscriber

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]

QUEUED, SKIPPED = DeliveryStatus.QUEUED, DeliveryStatus.SKIPPED
OWNER = "owner@parti.example"


def leave_by_one_click(person: Subscriber, mailing_list: MailingList) -> None:
    """Leave a list with the button of a mail program."""
    unsubscribe_by_link(person.id, mailing_list.id, Method.ONE_CLICK)


def object_for_good(person: Subscriber, _list: MailingList) -> None:
    """Object, and lose the suppression too."""
    object_to_everything(person.id)
    db.session.execute(db.text("DELETE FROM suppression"))
    db.session.commit()


def recorded() -> list[dict[str, int]]:
    """Return what the audit log says of people who were left out."""
    events = db.session.scalars(
        db.select(AuditEvent).where(AuditEvent.act == DeliveryAct.CAMPAIGN_LEFT_OUT.value)
    )
    return [json.loads(each.details) for each in events]


def told() -> set[str]:
    """Return the addresses that got the notice."""
    kind = DeliveryNotice.BASELESS_CONSENTS.value
    return {address for address, notice in notices() if notice == kind}


@pytest.mark.parametrize("end", [leave_by_one_click, object_for_good])
def test_a_person_put_back_past_the_triggers_is_left_out_counted_and_told(
    end: Callable[[Subscriber, MailingList], None],
) -> None:
    owner, national = make_owner(), make_list()
    make_subscriber(ANNA, national)
    person = make_subscriber(BORIS, national)
    end(person, national)
    drop_triggers()
    put_back_on_list(person, national)
    campaign_id = launch(national)
    campaign = reload(campaign_id)
    assert ledger(campaign_id) == {ANNA: QUEUED}
    assert (campaign.audience, campaign.left_out) == (1, 1)
    assert recorded() == [{"people": 1, "ended": 1, "unlogged": 0}]
    assert owner.email in told()
    assert len(told()) == 2


def test_an_invented_person_is_left_out_counted_and_told() -> None:
    make_owner()
    national = make_list()
    make_subscriber(ANNA, national)
    invent_subscriber(CHLOE, national)
    campaign_id = launch(national)
    assert ledger(campaign_id) == {ANNA: QUEUED}
    assert reload(campaign_id).left_out == 1
    assert recorded() == [{"people": 1, "ended": 0, "unlogged": 1}]
    assert OWNER in told()


def test_people_left_out_count_anew_after_a_launch_that_was_taken_back() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    invent_subscriber(CHLOE, national)
    with grace_of(120):
        campaign_id = launch(national)
        assert isinstance(take_back_launch(campaign_id, None), Campaign)
    assert isinstance(launch_ready(campaign_id), Campaign)
    assert (reload(campaign_id).left_out, len(recorded())) == (1, 2)


def test_a_correction_that_the_log_knows_nothing_of_puts_nobody_back() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    person = make_subscriber(BORIS, national)
    unsubscribe_from_list(person.id, national.id, Method.PAGE)
    db.session.execute(
        db.text(
            "INSERT INTO consent_event (id, kind, subscriber_id, address_mac, purpose_id, method,"
            " occurred_at) SELECT id + 1, 'corrected', subscriber_id, address_mac, purpose_id,"
            " method, occurred_at FROM consent_event WHERE kind = 'withdrawn'"
        )
    )
    db.session.commit()
    put_back_on_list(person, national)
    assert [*ledger(launch(national))] == [ANNA]


def test_the_number_that_was_confirmed_may_include_those_who_are_left_out() -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    invent_subscriber(CHLOE, national)
    launched = launch_ready(make_campaign(national).id, expected_audience=2)
    assert isinstance(launched, Campaign)
    assert launched.audience == 1


def test_log_names_the_first_people_and_counts_all() -> None:
    """At a million people, one line with all ids would have 21 MB."""
    campaign = reload(make_campaign(make_list()).id)
    with capture_logs() as lines, transaction():
        report_baseless(campaign, BaselessSubscriptions(unlogged=range(1, 1_001)))
    [line] = [each for each in lines if each["event"] == "campaign.baseless_left_out"]
    assert (line["subscribers"], line["people"]) == ([*range(1, 101)], 1_000)


def test_a_list_of_invented_people_reaches_nobody_and_is_told() -> None:
    make_owner()
    national = make_list()
    invent_subscriber(CHLOE, national)
    campaign = make_campaign(national)
    assert launch_ready(campaign.id) is LaunchError.NOBODY
    assert reload(campaign.id).left_out == 1
    assert OWNER in told()


def test_a_claim_skips_a_person_who_was_put_back_since_the_launch() -> None:
    make_owner()
    national = make_list()
    make_subscriber(ANNA, national)
    person = make_subscriber(BORIS, national)
    campaign_id = launch(national)
    assert verify_before_first_claim(campaign_id)
    leave_by_one_click(person, national)
    drop_triggers()
    put_back_on_list(person, national)
    claimed = claim(campaign_id)
    assert claimed is not None
    assert [each.address for each in claimed.recipients] == [ANNA]
    row = delivery_to(campaign_id, BORIS)
    assert (row.status, row.reply) == (SKIPPED, SkipReason.BASELESS.value)
    assert reload(campaign_id).left_out == 1
    assert OWNER in told()


def test_leaving_by_one_click_is_not_undone_by_one_insert(client: FlaskClient) -> None:
    national = make_list()
    make_subscriber(ANNA, national)
    person = make_subscriber(BORIS, national)
    link = [person.id, national.id, NO_CAMPAIGN]
    path = f"/leave/{current_tokens().sign(TokenPurpose.UNSUBSCRIBE, link)}"
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    with pytest.raises(IntegrityError):
        put_back_on_list(person, national)
    drop_triggers()
    put_back_on_list(person, national)
    launch(national)
    relay = RecordingTransport()
    send_here(relay)
    assert relay.recipients == [ANNA]


def test_people_whose_consent_is_valid_make_no_noise() -> None:
    make_owner()
    national = make_list()
    person = make_subscriber(ANNA, national)
    leave_by_one_click(person, national)
    make_subscriber(ANNA, national)
    assert ledger(launch(national)) == {ANNA: QUEUED}
    assert (recorded(), told()) == ([], set())
