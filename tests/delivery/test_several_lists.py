"""A campaign to several lists: each person once, by the first list that allows it."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, create_campaign, edit_campaign
from supporters.campaigns.models import Campaign, CampaignStatus
from supporters.consent.models import Method
from supporters.consent.suppression import purpose_scope, suppress
from supporters.crypto.tokens import TokenPurpose
from supporters.database import db, transaction
from supporters.delivery.approval import ApprovalError, ask_approval
from supporters.delivery.audience import count_at_most, count_audience, count_figures
from supporters.delivery.audience_verification import verify_before_first_claim
from supporters.delivery.claims import may_still_send
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import LaunchError
from supporters.delivery.models import Delivery, DeliveryBatch
from supporters.delivery.rules import DeliveryStatus, SkipReason
from supporters.extensions import current_tokens
from supporters.lists.models import MailingList
from supporters.lists.subscriptions import unsubscribe_from_list
from supporters.people.addresses import address_mac
from supporters.people.models import Subscriber
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_request
from tests.factories.campaigns import (
    ANNA,
    BORIS,
    CHLOE,
    RecordingTransport,
    claim,
    delivery_to,
    reload,
    send,
    subscriber_at,
)
from tests.factories.consent.reconfirmation import change_meaning
from tests.factories.consent.tampering import drop_triggers, put_back_on_list
from tests.factories.drafts import as_typed, make_campaign, make_campaign_to
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.servers.relay import Received

Lists = tuple[MailingList, MailingList, MailingList]
pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
Change = Callable[[Subscriber, MailingList], object]


@made_once
def lists() -> Lists:
    """Make three lists: Anna is on all of them, Boris on two, Chloé on the last one."""
    national, lyon, youth = make_list(), make_list("lyon", "Lyon"), make_list("youth", "Jeunes")
    make_subscriber(ANNA, national, lyon, youth)
    make_subscriber(BORIS, lyon, youth)
    make_subscriber(CHLOE, youth)
    return national, lyon, youth


def launch_to(*to: MailingList) -> int:
    """Launch a campaign to lists; return its id."""
    launched = launch_ready(make_campaign_to(*to).id)
    assert isinstance(launched, Campaign), launched
    return launched.id


def lists_by_person(campaign_id: int) -> dict[str, int]:
    """Return the purpose that the ledger names for each person."""
    rows = db.session.execute(
        db.select(Subscriber.address, Delivery.purpose_id)
        .join(Delivery, Delivery.subscriber_id == Subscriber.id)
        .where(Delivery.campaign_id == campaign_id)
    )
    return dict(rows.all())


def leave(person: Subscriber, mailing_list: MailingList) -> None:
    unsubscribe_from_list(person.id, mailing_list.id, Method.PAGE)


def object_to_list(person: Subscriber, mailing_list: MailingList) -> None:
    mac, scope = address_mac(person.address), purpose_scope(mailing_list.purpose_id)
    with transaction():
        suppress(mac, scope, now=clock.now(), until=None)


def lose_basis(person: Subscriber, mailing_list: MailingList) -> None:
    """Be put back on a list by SQL after leaving it."""
    leave(person, mailing_list)
    drop_triggers()
    put_back_on_list(person, mailing_list)


def restrict(person: Subscriber, _list: MailingList) -> None:
    with transaction():
        db.session.get_one(Subscriber, person.id).restricted_at = clock.now()


def pause(person: Subscriber, _list: MailingList) -> None:
    with transaction():
        until = clock.now() + timedelta(days=1)
        db.session.get_one(Subscriber, person.id).paused_until = until


WHY_SKIPPED: dict[Change, SkipReason] = {
    leave: SkipReason.UNSUBSCRIBED,
    object_to_list: SkipReason.OBJECTED,
    lose_basis: SkipReason.BASELESS,
    restrict: SkipReason.RESTRICTED,
    pause: SkipReason.PAUSED,
}


def test_a_launch_is_cut_for_at_least_as_many_people_as_it_reaches(lists: Lists) -> None:
    campaign = make_campaign_to(*lists)
    object_to_list(subscriber_at(CHLOE), lists[2])
    assert (count_at_most(campaign), count_audience(campaign)) == (5, 2)


def test_each_person_gets_one_email_by_the_first_list_that_they_are_on(lists: Lists) -> None:
    national, lyon, youth = lists
    campaign_id = launch_to(national, lyon, youth)
    assert lists_by_person(campaign_id) == {
        ANNA: national.purpose_id,
        BORIS: lyon.purpose_id,
        CHLOE: youth.purpose_id,
    }
    assert send() == [ANNA, BORIS, CHLOE]


def test_the_order_of_the_lists_is_that_of_the_campaign(lists: Lists) -> None:
    national, lyon, youth = lists
    campaign_id = launch_to(youth, lyon, national)
    assert {*lists_by_person(campaign_id).values()} == {youth.purpose_id}
    campaign = reload(campaign_id)
    assert (campaign.mailing_list_id, campaign.purpose_id) == (youth.id, youth.purpose_id)


def join_and(changes: Iterable[Change], *to: MailingList) -> dict[Change, Subscriber]:
    """Return a person on these lists for each change."""
    return {each: make_subscriber(f"{each.__name__}@example.org", *to) for each in changes}


def test_a_person_whom_the_first_list_does_not_allow_gets_it_by_the_next(lists: Lists) -> None:
    national, lyon, youth = lists
    people = join_and(WHY_SKIPPED, national, lyon)
    for change, person in people.items():
        change(person, national)
    campaign_id = launch_to(national, lyon, youth)
    by_person = lists_by_person(campaign_id)
    found = {each: by_person.get(person.address) for each, person in people.items()}
    by_lyon = dict.fromkeys((leave, object_to_list, lose_basis), lyon.purpose_id)
    assert found == {**by_lyon, restrict: None, pause: None}
    assert reload(campaign_id).left_out == 0  # each got it by another list


def test_a_person_of_an_earlier_text_gets_it_by_a_list_whose_text_they_agreed_to(
    lists: Lists,
) -> None:
    national, lyon, youth = lists
    change_meaning(national)
    campaign_id = launch_to(reload_list(national), lyon, youth)
    assert lists_by_person(campaign_id)[ANNA] == lyon.purpose_id


def reload_list(mailing_list: MailingList) -> MailingList:
    db.session.expire_all()
    return db.session.get_one(MailingList, mailing_list.id)


def test_people_are_counted_once_and_each_list_says_its_part(lists: Lists) -> None:
    national, lyon, youth = lists
    object_to_list(subscriber_at(BORIS), lyon)
    campaign = make_campaign_to(national, lyon, youth)
    figures = count_figures(campaign)
    found = [(each.on_list, each.reached, each.earlier, each.objected) for each in figures.lists]
    assert found == [(1, 1, 0, 0), (2, 0, 1, 1), (3, 2, 1, 0)]
    assert (figures.reached, figures.subscriptions, figures.on_list) == (3, 5, 6)
    assert count_audience(campaign) == 3


def test_a_claim_looks_at_the_list_that_the_ledger_names_alone(lists: Lists) -> None:
    national, lyon, youth = lists
    people = join_and(WHY_SKIPPED, national, lyon)
    campaign_id = launch_to(national, lyon, youth)
    assert verify_before_first_claim(campaign_id)
    for change, person in people.items():
        change(person, national)
    object_to_list(subscriber_at(BORIS), youth)
    object_to_list(subscriber_at(CHLOE), youth)  # by which she gets it
    assert send() == [ANNA, BORIS]
    rows = {each: delivery_to(campaign_id, person.address) for each, person in people.items()}
    assert {row.status for row in rows.values()} == {DeliveryStatus.SKIPPED}
    assert {each: row.reply for each, row in rows.items()} == WHY_SKIPPED


def test_an_email_whose_turn_comes_late_is_checked_by_the_same_list(lists: Lists) -> None:
    national, lyon, youth = lists
    people = join_and(WHY_SKIPPED, national, lyon)
    claimed = claim(launch_to(national, lyon, youth))
    assert claimed is not None
    for change, person in people.items():
        change(person, national)
    boris, chloe = subscriber_at(BORIS), subscriber_at(CHLOE)
    for each in (boris, chloe):
        object_to_list(each, youth)  # by which Chloé gets it
    everybody = [*people.values(), boris, chloe]
    wanted = [each for each in everybody if may_still_send(claimed, each.id, clock.now())]
    assert wanted == [boris]


def test_a_sender_whose_claim_was_revoked_or_taken_over_sends_no_more(lists: Lists) -> None:
    national, *_ = lists
    claimed = claim(launch_to(national))
    assert claimed is not None
    anna, now = subscriber_at(ANNA).id, clock.now()
    assert may_still_send(claimed, anna, now)
    for values in ({"revoked_at": now}, {"revoked_at": None, "claimed_by": "another"}):
        with transaction():
            db.session.execute(db.update(DeliveryBatch).values(**values))
        assert not may_still_send(claimed, anna, now)


def test_the_ledger_takes_no_purpose_that_the_campaign_does_not_have(lists: Lists) -> None:
    national, lyon, youth = lists
    campaign_id = launch_to(national, lyon)
    statements = (
        "UPDATE delivery SET purpose_id = :youth WHERE purpose_id = :lyon",
        "DELETE FROM campaign_list WHERE purpose_id = :lyon",
        "UPDATE campaign_list SET purpose_id = :youth WHERE purpose_id = :lyon",
    )
    values = {"youth": youth.purpose_id, "lyon": lyon.purpose_id}
    for statement in statements:
        used = {name: value for name, value in values.items() if f":{name}" in statement}
        with pytest.raises(IntegrityError), transaction():
            db.session.execute(db.text(statement), used)
    assert lists_by_person(campaign_id)[BORIS] == lyon.purpose_id


def test_a_campaign_takes_no_purpose_that_its_list_does_not_have(lists: Lists) -> None:
    national, lyon, _ = lists
    campaign = make_campaign(national)
    wrong = db.text("INSERT INTO campaign_list VALUES (:campaign, :purpose, :list, 1)")
    values = {"campaign": campaign.id, "purpose": lyon.purpose_id, "list": national.id}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(wrong, values)


def test_each_email_names_the_list_of_its_reader_and_leads_out_of_it(lists: Lists) -> None:
    campaign = make_campaign_to(*lists, body="Bonjour {{ list_name }}.")
    assert isinstance(launch_ready(campaign.id), Campaign)
    transport = RecordingTransport()
    send_here(transport)
    names = {each.purpose_id: (each.id, each.name, each.slug) for each in lists}
    for address, purpose_id in lists_by_person(campaign.id).items():
        list_id, name, slug = names[purpose_id]
        mail = Received("", "", dict(transport.taken)[address])
        for part in ("plain", "html"):
            words = mail.part(part)
            assert f"Bonjour {name}." in words
            assert words.count(name) > 1  # the footer says it too
            assert f"/{slug}" in words
        token = mail.message["List-Unsubscribe"].strip("<>").rpartition("/")[2]
        payload = current_tokens().read(TokenPurpose.UNSUBSCRIBE, token)
        assert payload == [subscriber_at(address).id, list_id, campaign.id]
        assert slug in mail.message["List-Id"]


def test_a_change_of_the_lists_voids_an_approval(lists: Lists) -> None:
    national, lyon, _ = lists
    campaign = make_campaign_to(national, lyon)
    make_request(campaign.id, make_organiser())
    assert reload(campaign.id).status is CampaignStatus.AWAITING_APPROVAL
    changed = edit_campaign(campaign.id, as_typed(campaign, campaign.body))
    assert isinstance(changed, Campaign)
    assert (changed.status, changed.purpose_ids) == (CampaignStatus.DRAFT, [national.purpose_id])


def test_a_draft_without_a_list_reaches_nobody(lists: Lists) -> None:
    national, *_ = lists
    draft = CampaignDraft(
        mailing_list_id=national.id, language="fr", subject="À vous", body="Bonjour.", lists=()
    )
    campaign = create_campaign(draft, author_id=None)
    assert (count_audience(campaign), count_figures(campaign).reached) == (0, 0)
    assert launch_ready(campaign.id) is LaunchError.NOBODY
    assert ask_approval(campaign.id, make_organiser().id) is ApprovalError.NOBODY
