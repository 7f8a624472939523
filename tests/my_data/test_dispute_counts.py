"""The sources of a campaign's disputes, and the email that warns owners of them."""

from datetime import datetime, timedelta

import pytest

from supporters import clock
from supporters.cases.queries import has_disputed, list_disputes
from supporters.cases.rules import Dispute
from supporters.consent.record_models import ErasureReason
from supporters.database import db, transaction
from supporters.lists.models import MailingList
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_sender import send_due_emails
from supporters.my_data.disputes import report_dispute
from supporters.people.models import Subscriber
from supporters.personal_data.erasure import EraseResult, ErasureOrder, erase_person
from supporters.personal_data.models import PendingErasure
from tests.factories.campaigns import ANNA, BORIS, claim, launch
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber
from tests.servers.relay import Received, Relay

pytestmark = [pytest.mark.either_database, pytest.mark.usefixtures("app")]
ALL_FRENCH = ("campagne est suspendue", "n’est pas suspendue", "étaient partis, ou")


def joined(address: str, mailing_list: MailingList, moment: datetime) -> Subscriber:
    """Return a person who joined a list at some moment."""
    with clock.pretend(moment):
        return make_subscriber(address, mailing_list)


PAUSED, WARNING, LEFT = "campaign is paused", "is not paused", "all its messages had left"


def mail_of(relay: Relay, language: str, **became: int) -> Received:
    """Send the email and return it as the mail server got it."""
    draft = EmailDraft(
        kind=EmailKind.DISPUTE_PAUSE,
        recipient="owner@parti.example",
        language=language,
        values={"subject": "Samedi", "contests": 5, "campaign_url": "http://localhost/", **became},
        useful_for=timedelta(days=7),
    )
    with transaction():
        put_email(draft, now=clock.now())
    send_due_emails()
    (mail,) = relay.mails
    return mail


def test_newcomers_joined_less_than_30_days_before_their_dispute() -> None:
    mailing_list, now = make_list(), clock.now()
    early = joined(ANNA, mailing_list, now - timedelta(days=30))
    late = joined(BORIS, mailing_list, now - timedelta(days=30) + timedelta(seconds=1))
    campaign_id = launch(mailing_list)
    with clock.pretend(now):
        report_dispute(late.id, campaign_id)
        report_dispute(early.id, campaign_id)
    newcomers = {each.mailbox: each.is_newcomer for each in list_disputes(campaign_id)}
    assert newcomers == {ANNA: False, BORIS: True}


def test_two_addresses_of_one_mailbox_are_one_mailbox() -> None:
    mailing_list = make_list()
    for address in ("an.na@gmail.com", "anna+2@gmail.com", "ANNA@googlemail.com"):
        make_subscriber(address, mailing_list)
    campaign_id = launch(mailing_list)
    for (person_id,) in db.session.execute(db.select(Subscriber.id)).all():
        report_dispute(person_id, campaign_id)
    assert {each.mailbox for each in list_disputes(campaign_id)} == {"anna@gmail.com"}
    assert len(list_disputes(campaign_id)) == 3


def test_a_person_whose_erasure_is_under_way_has_no_mailbox_any_more() -> None:
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list)
    campaign_id = launch(mailing_list)
    assert claim(campaign_id) is not None
    report_dispute(anna.id, campaign_id)
    assert erase_person(anna.id, ErasureOrder(reason=ErasureReason.ASKED)) is EraseResult.UNDER_WAY
    assert db.session.get(PendingErasure, anna.id) is not None
    assert list_disputes(campaign_id) == [Dispute(mailbox=None)]


def test_a_dispute_is_of_one_campaign() -> None:
    mailing_list = make_list()
    anna = make_subscriber(ANNA, mailing_list)
    disputed, other = launch(mailing_list), launch(mailing_list)
    report_dispute(anna.id, disputed)
    assert (has_disputed(anna.id, disputed), has_disputed(anna.id, other)) == (True, False)
    assert list_disputes(other) == []


@pytest.mark.parametrize(
    ("became", "words"),
    [
        ({"is_paused": 1, "is_warning": 0}, PAUSED),
        ({"is_paused": 0, "is_warning": 1}, WARNING),
        ({"is_paused": 0, "is_warning": 0}, LEFT),
        ({"is_paused": 0}, LEFT),  # queued before an upgrade of the program
    ],
)
def test_email_states_one_outcome_of_the_campaign(
    relay: Relay, became: dict[str, int], words: str
) -> None:
    mail = mail_of(relay, "en", **became)
    for kind in ("plain", "html"):
        text = " ".join(mail.part(kind).split())
        assert [each for each in (PAUSED, WARNING, LEFT) if each in text] == [words]


def test_warning_in_french_says_that_nothing_was_paused_and_why(relay: Relay) -> None:
    mail = mail_of(relay, "fr", is_paused=0, is_warning=1)
    assert "suspendu" not in str(mail.message["Subject"])
    for kind in ("plain", "html"):
        text = " ".join(mail.part(kind).split())
        assert [each for each in ALL_FRENCH if each in text] == [ALL_FRENCH[1]]
        assert "un dixième de tous ses destinataires" in text
