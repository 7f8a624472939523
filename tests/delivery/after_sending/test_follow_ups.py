"""A campaign can go again to the people of an earlier one, and to nobody else."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, text

from supporters import clock
from supporters.campaigns.drafts import CampaignDraft, edit_campaign
from supporters.campaigns.models import Campaign, CampaignVersion
from supporters.campaigns.other_languages.queries import list_in_languages
from supporters.consent.models import Method
from supporters.database import db, transaction
from supporters.delivery.after_sending.follow_ups import FollowError, begin_follow_up, find_followed
from supporters.delivery.after_sending.models import FollowKind, FollowUp
from supporters.delivery.audience import count_audience, count_figures
from supporters.delivery.batches import skip_rest_of_cancelled
from supporters.delivery.campaign_control import cancel_campaign
from supporters.delivery.engine.sending_engine import send_here
from supporters.delivery.launch import LaunchError
from supporters.delivery.message.frozen_versions import is_as_frozen
from supporters.delivery.results import record_batch
from supporters.lists.models import MailingList
from supporters.my_data.link_unsubscription import unsubscribe_by_link
from supporters.retention.old_records import purge_deliveries
from supporters.smtp_relay.outcomes import AttemptOutcome
from supporters.smtp_relay.transport import RelayReply
from supporters.team.list_scopes import EVERY_LIST
from tests.factories.accounts import make_organiser
from tests.factories.approvals import launch_ready, make_request
from tests.factories.campaigns import (
    ACCEPTED,
    RecordingTransport,
    claim,
    launch,
    ledger,
    reload,
    subscriber_at,
)
from tests.factories.drafts import make_campaign, write_in
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.machinery.prepared_states import made_once
from tests.machinery.statements import statements

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("app")]
NAMES = ("accepted1", "accepted2", "left", "uncertain", "refused", "skipped")
CORRECTED = "Correction\N{NARROW NO-BREAK SPACE}: Samedi"
REFUSED = RelayReply(AttemptOutcome.REFUSED, "550 5.1.1")
UNCERTAIN = RelayReply(AttemptOutcome.UNCERTAIN, "")


def at(name: str) -> str:
    """Return the address of one of these people."""
    return f"{name}@example.org"


def answer(recipient: str) -> RelayReply:
    """Return what the relay says of a recipient."""
    name = recipient.partition("@")[0]
    return {"refused": REFUSED, "uncertain": UNCERTAIN}.get(name, ACCEPTED)


def send() -> list[str]:
    """Send what is due; return the names of those who got it."""
    transport = RecordingTransport(answer)
    send_here(transport)
    return sorted(each.partition("@")[0] for each in transport.recipients)


@made_once
def sent(app: Flask) -> int:
    """Return the id of a campaign: two got it, others may have, or did not."""
    mailing_list = make_list()
    for name in NAMES:
        make_subscriber(at(name), mailing_list)
    campaign_id = launch(mailing_list, "Samedi", "La réunion est jeudi.")
    unsubscribe_by_link(subscriber_at(at("skipped")).id, mailing_list.id, Method.ONE_CLICK)
    send()
    return campaign_id


@made_once
def cancelled(app: Flask) -> int:
    """Return the id of a campaign that one of four people got before it was cancelled."""
    mailing_list = make_list()
    for name in ("a", "b", "c", "left"):
        make_subscriber(at(name), mailing_list)
    campaign_id = launch(mailing_list, "Samedi", "Bonjour.")
    unsubscribe_by_link(subscriber_at(at("left")).id, mailing_list.id, Method.ONE_CLICK)
    claimed = claim(campaign_id)
    assert claimed is not None
    first = [each for each in claimed.recipients if each.address == at("a")]
    record_batch(claimed, [(each, ACCEPTED) for each in first], now=clock.now())
    cancel_campaign(campaign_id)
    skip_rest_of_cancelled()
    make_subscriber(at("left"), mailing_list)  # back, and nobody left this person out
    return campaign_id


def follow(campaign_id: int, kind: FollowKind) -> Campaign:
    """Return a draft to people of a campaign."""
    draft = begin_follow_up(campaign_id, kind, None)
    assert isinstance(draft, Campaign), draft
    return draft


def test_a_correction_reaches_exactly_those_who_may_have_the_first_and_still_consent(
    sent: int,
) -> None:
    first = reload(sent)
    mailing_list = db.session.get_one(MailingList, first.mailing_list_id)
    make_subscriber(at("newcomer"), mailing_list)
    launch(mailing_list, "Dimanche")
    assert "newcomer" in send()
    make_subscriber(at("skipped"), mailing_list)  # back, and had not got the first one
    unsubscribe_by_link(subscriber_at(at("left")).id, mailing_list.id, Method.ONE_CLICK)
    draft = follow(sent, FollowKind.SAME_PEOPLE)
    assert (draft.subject, draft.body.strip()) == (CORRECTED, first.body)
    assert (count_audience(draft), count_figures(draft).reached) == (3, 3)
    launched = launch_ready(draft.id)
    assert isinstance(launched, Campaign)
    assert launched.audience == 3
    assert send() == ["accepted1", "accepted2", "uncertain"]


def test_a_correction_begins_with_the_text_of_each_language() -> None:
    mailing_list = make_list()
    make_subscriber(at("accepted1"), mailing_list)
    draft = make_campaign(mailing_list, "Samedi", "La réunion est jeudi.")
    write_in(draft, "en", "Saturday", "The meeting is on Thursday.")
    launch_ready(draft.id)
    send()
    texts = list_in_languages(follow(draft.id, FollowKind.SAME_PEOPLE))
    assert [(each.language, each.subject) for each in texts] == [
        ("fr", CORRECTED),
        ("en", "Correction: Saturday"),
    ]
    assert texts[1].body.strip() == "The meeting is on Thursday."


def test_those_whom_a_cancellation_left_out_get_it_once(cancelled: int) -> None:
    one, other = (follow(cancelled, FollowKind.MISSED) for _ in range(2))
    assert one.subject == "Samedi"
    assert isinstance(launch_ready(one.id), Campaign)
    assert send() == ["b", "c"]
    assert launch_ready(other.id) is LaunchError.NOBODY
    assert begin_follow_up(cancelled, FollowKind.MISSED, None) is FollowError.WRITTEN_ALREADY
    assert sorted(ledger(one.id)) == [at("b"), at("c")]


def test_it_is_refused_with_its_reason(sent: int) -> None:
    mailing_list = db.session.get_one(MailingList, reload(sent).mailing_list_id)
    running, cancelled = launch(mailing_list), launch(mailing_list)
    cancel_campaign(cancelled)  # no worker has left anybody out yet
    expected = {
        (404, FollowKind.SAME_PEOPLE): FollowError.UNKNOWN,
        (running, FollowKind.SAME_PEOPLE): FollowError.NOT_OVER,
        (cancelled, FollowKind.MISSED): FollowError.NOT_OVER,
        (sent, FollowKind.MISSED): FollowError.NOBODY,
    }
    for (campaign_id, kind), error in expected.items():
        assert begin_follow_up(campaign_id, kind, None) is error
    assert db.session.query(FollowUp).count() == 0


def test_a_ledger_past_its_retention_is_refused_before_and_at_the_launch(sent: int) -> None:
    draft = follow(sent, FollowKind.SAME_PEOPLE)
    purge_deliveries(0, clock.now() + timedelta(days=1))
    assert begin_follow_up(sent, FollowKind.SAME_PEOPLE, None) is FollowError.NO_LEDGER
    assert launch_ready(draft.id) is LaunchError.NOBODY
    followed = find_followed(reload(draft.id), EVERY_LIST)
    assert followed is not None
    assert followed.fault is FollowError.NO_LEDGER


def test_a_draft_that_follows_reads_only_the_first_batches_of_the_ledger(sent: int) -> None:
    """At a million people, counting all rows took a second for each view of its page."""
    draft = follow(sent, FollowKind.SAME_PEOPLE)
    with statements() as said:
        find_followed(draft, EVERY_LIST)
    read = [each for each in said if "FROM delivery \n" in each]
    if db.engine.dialect.name == "postgresql":  # which reads few rows as a whole
        db.session.execute(text("SET LOCAL enable_seqscan = off"))
    plans = [" ".join(map(str, explain(each, sent))) for each in read]
    by_index = r"ix_delivery_campaign_id_batch.*campaign_id *= *.*batch *<"
    assert [bool(re.search(by_index, each)) for each in plans] == [True]


def explain(statement: str, campaign_id: int) -> Sequence[object]:
    """Return how the database would read a statement about batches of a campaign."""
    how = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    filled = re.sub(r"%\(campaign_id_1\)s[:\w]*|\?", str(campaign_id), statement, count=1)
    filled = re.sub(r"%\(\w+\)s[:\w]*|\?", "20", filled)
    return db.session.execute(text(f"{how} {filled}")).all()


def test_another_list_is_refused(sent: int) -> None:
    draft = follow(sent, FollowKind.SAME_PEOPLE)
    lyon = make_list("lyon", "Lyon")
    make_subscriber(at("accepted1"), lyon)
    moved = CampaignDraft(mailing_list_id=lyon.id, language="fr", subject="a", body="b")
    edit_campaign(draft.id, moved)
    assert launch_ready(draft.id) is LaunchError.NOBODY


def test_the_approval_is_for_these_people_and_no_others(sent: int) -> None:
    author = make_organiser("author@parti.example")
    draft = follow(sent, FollowKind.SAME_PEOPLE)
    version = make_request(draft.id, author)
    assert is_as_frozen(reload(draft.id), version)
    with transaction():
        db.session.execute(delete(FollowUp))
    stored = db.session.get_one(CampaignVersion, version.id)
    assert not is_as_frozen(reload(draft.id), stored)


def test_an_ordinary_campaign_is_frozen_without_a_word_of_it(sent: int) -> None:
    mailing_list = db.session.get_one(MailingList, reload(sent).mailing_list_id)
    author = make_organiser("author@parti.example")
    version = make_request(make_campaign(mailing_list).id, author)
    assert '"followed"' not in version.content


def test_a_correction_of_a_correction_says_so_once(sent: int) -> None:
    first = follow(sent, FollowKind.SAME_PEOPLE)
    assert isinstance(launch_ready(first.id), Campaign)
    send()
    second = follow(first.id, FollowKind.SAME_PEOPLE)
    assert second.subject == CORRECTED
    assert count_audience(second) == count_audience(first)
    assert len(ledger(first.id)) == 4
